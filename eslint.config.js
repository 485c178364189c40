import { readdirSync, readFileSync } from 'node:fs';
import js from '@eslint/js';
import checkFile from 'eslint-plugin-check-file';
import importX from 'eslint-plugin-import-x';
import jsdoc from 'eslint-plugin-jsdoc';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const typescript = ['**/*.ts', '**/*.tsx'];
const sources = ['packages/*/src/**/*.ts', 'packages/*/src/**/*.tsx'];
const tests = ['packages/*/test/**', 'test/**'];

const DECLARATION = /^export (?:declare )?(?:abstract )?(?:function|class|interface|type|const) (\w+)/gm;

/** Globals that only core's `environment.ts` and `fetch/` may use. Everything else receives them as arguments. */
const ambientGlobals = [
  'fetch', 'window', 'document', 'navigator', 'performance',
  'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'queueMicrotask', 'localStorage', 'sessionStorage',
]; // prettier-ignore

/** The names in `api/`: the public API, which needs doc comments. */
const publicNames = [
  ...new Set(
    readdirSync(new URL('api/', import.meta.url))
      .flatMap((file) => [
        ...readFileSync(new URL(`api/${file}`, import.meta.url), 'utf8').matchAll(DECLARATION),
      ])
      .map(([, name]) => name),
  ),
];

const named = `[id.name=/^(${publicNames.join('|')})$/]`;

const documented = [
  `FunctionDeclaration${named}`,
  `ClassDeclaration${named}`,
  `ExportNamedDeclaration:has(> VariableDeclaration > VariableDeclarator${named})`,
  `TSTypeAliasDeclaration${named}`,
  `TSInterfaceDeclaration${named}`,
  `TSInterfaceDeclaration${named} > TSInterfaceBody > TSPropertySignature`,
  `TSInterfaceDeclaration${named} > TSInterfaceBody > TSMethodSignature`,
];

const noBooleanParameters = {
  selector:
    'TSTypeAnnotation > TSBooleanKeyword[parent.parent.type="Identifier"][parent.parent.parent.type=/Function/]',
  message: 'No boolean parameters: use a union of string literals, or two functions.',
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/next-env.d.ts',
      '**/node_modules/**',
      '**/coverage/**',
      '**/reports/**',
      '**/.stryker-tmp/**',
      'test/start/fixtures/**', // compiled in the apps that they are copied into
      'test/react-native/recipe/**', // compiled against the types of React Native
      'test/consumers/programs/**', // applications of readers, compiled and run outside of the workspace
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        URL: 'readonly',
        setInterval: 'readonly',
        fetch: 'readonly',
      },
    },
  },
  {
    files: ['examples/**'],
    languageOptions: {
      globals: { fetch: 'readonly', document: 'readonly', WebSocket: 'readonly', AbortSignal: 'readonly' },
    },
  },
  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'check-file': checkFile, 'import-x': importX },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      'import-x/no-default-export': 'error',
      'check-file/filename-naming-convention': [
        'error',
        { '**/*.{ts,tsx}': 'KEBAB_CASE' },
        { ignoreMiddleExtensions: true },
      ],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      'no-console': 'error',
    },
  },
  {
    files: sources,
    plugins: { jsdoc },
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', { max: 10, variant: 'modified' }],
      'max-params': ['error', 3],
      'jsdoc/require-jsdoc': [
        'error',
        {
          require: { FunctionDeclaration: false },
          contexts: documented.map((context) => ({ context, inlineCommentBlock: false })),
          checkConstructors: false,
        },
      ],
      'jsdoc/require-description': ['error', { contexts: ['any'] }],
      'no-restricted-syntax': [
        'error',
        noBooleanParameters,
        { selector: 'ExportAllDeclaration', message: 'List the exports of an entry by name.' },
      ],
    },
  },
  {
    files: ['packages/*/src/lib/**', 'packages/{doctor,protocol,webrtc}/src/**'],
    ignores: ['packages/{doctor,protocol,webrtc}/src/index.ts'],
    rules: {
      // Replaces the list above, so it repeats what applies here.
      'no-restricted-syntax': [
        'error',
        noBooleanParameters,
        {
          selector: 'ExportNamedDeclaration[source]',
          message: 'Only entries re-export.',
        },
        { selector: 'ExportAllDeclaration', message: 'Only entries re-export.' },
      ],
    },
  },
  {
    files: ['packages/core/src/**', 'packages/webrtc/src/**'],
    ignores: [
      'packages/core/src/lib/environment.ts',
      'packages/core/src/lib/fetch/**',
      'packages/webrtc/src/platform.ts',
    ],
    rules: {
      'no-restricted-globals': ['error', ...ambientGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Use the clock of the environment.' },
        { object: 'Math', property: 'random', message: 'Use the random function of the environment.' },
      ],
    },
  },
  {
    // Includes the rules of the React compiler.
    files: ['packages/react/src/**', 'examples/**/*.tsx', 'test/browser/fixtures/**/*.tsx'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.config.ts', '**/*.config.js', 'examples/next/app/**', 'docs/.vitepress/config.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: [
      'packages/emulator/src/lib/cli/**',
      'packages/emulator/src/cli.ts',
      'examples/**/server/**',
      'examples/official-clients/console/**',
      'scripts/**',
      'test/docs/snippets/**',
      'test/server/recipes/**',
    ],
    rules: { 'no-console': 'off' },
  },
);
