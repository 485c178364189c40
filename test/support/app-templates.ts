/** A template whose untouched app must compile the snippets of the docs. */
export interface AppTemplate {
  /** The npm package that creates the app. */
  readonly creator: 'create-vite' | 'create-next-app';
  /** `compilerOptions` as the template writes them, without output files and plugins. */
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  /** Where the app has the types of Node: everywhere, or only in the configuration of its server code. */
  readonly nodeTypes: 'everywhere' | 'server';
}

/** The compiler options of create-vite's `react-ts` (`tsconfig.app.json`) and of create-next-app with its defaults (`tsconfig.json`). */
export const appTemplates: readonly AppTemplate[] = [
  {
    creator: 'create-vite',
    compilerOptions: {
      target: 'es2023',
      lib: ['ES2023', 'DOM'],
      module: 'esnext',
      types: ['vite/client'],
      allowArbitraryExtensions: true,
      skipLibCheck: true,
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      verbatimModuleSyntax: true,
      moduleDetection: 'force',
      noEmit: true,
      jsx: 'react-jsx',
      noUnusedLocals: true,
      noUnusedParameters: true,
      erasableSyntaxOnly: true,
      noFallthroughCasesInSwitch: true,
    },
    nodeTypes: 'server',
  },
  {
    creator: 'create-next-app',
    compilerOptions: {
      target: 'ES2017',
      lib: ['dom', 'dom.iterable', 'esnext'],
      allowJs: true,
      skipLibCheck: true,
      strict: true,
      noEmit: true,
      esModuleInterop: true,
      module: 'esnext',
      moduleResolution: 'bundler',
      resolveJsonModule: true,
      isolatedModules: true,
      jsx: 'react-jsx',
    },
    nodeTypes: 'everywhere',
  },
];
