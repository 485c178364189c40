import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { expectOptions } from '../../config/vitest.shared.ts';
import { folders, readManifest } from './support/packages.ts';
import { run } from './support/run.ts';
import { compile, typescripts } from './support/typescripts.ts';

const consumer = inject('consumer');
const modules = join(consumer, 'node_modules');

interface Skill {
  /** The name of its folder. */
  readonly name: string;
  /** The package that contains it. */
  readonly library: string;
  readonly text: string;
}

/** The skills in the installed packages. */
const skills: readonly Skill[] = folders
  .map((folder) => readManifest(folder))
  .filter(({ files }) => files.includes('skills'))
  .flatMap(({ name: library }) =>
    readdirSync(join(modules, library, 'skills')).map((name) => ({
      name,
      library,
      text: readFileSync(join(modules, library, 'skills', name, 'SKILL.md'), 'utf8'),
    })),
  );

const guides = [
  ...skills,
  ...folders.map((folder) => {
    const library = readManifest(folder).name;
    return { name: 'AGENTS.md', library, text: readFileSync(join(modules, library, 'AGENTS.md'), 'utf8') };
  }),
];

test('the packages contain a skill for each task', () => {
  const names = skills.map(({ library, name }) => `${library.replace('@realtime-session/', '')}: ${name}`);
  expect(names).toEqual([
    'core: realtime-tokens',
    'emulator: realtime-tests',
    'react: realtime-call-react',
    'react: realtime-session-react',
    'server: realtime-call-route',
    'server: realtime-migration',
    'server: realtime-mint-route',
    'server: realtime-redis',
    'server: realtime-sign-in',
    'webrtc: realtime-connection',
  ]);
});

describe.each(skills)('the skill $name', ({ name, library, text }) => {
  const frontMatter = /^---\n([^]*?)\n---\n/.exec(text)?.[1] ?? '';

  test('has a valid front matter with its name, library and description', () => {
    expect(frontMatter).toMatch(new RegExp(`^name: ${name}\n`));
    expect(frontMatter).toContain(`library: '${library}'`);
    const description = /description: >-\n((?: {2}.*\n)+)/.exec(frontMatter)?.[1] ?? '';
    expect(description).toContain('Use when');
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(text.split('\n').length).toBeLessThanOrEqual(150);
  });

  test('uses the current API endpoint', () => {
    expect(text).toContain('POST /v1/realtime/client_secrets');
  });
});

test.each(guides)(
  '$library $name mentions the retired endpoint only in warnings, and not in code',
  ({ text }) => {
    expect(readSnippets(text).filter(({ code }) => code.includes('/v1/realtime/sessions'))).toEqual([]);
    const warnings = /retired|404|gone from|Do not write|still calls/;
    const paragraphs = text.replaceAll(/```[^]*?```/g, '').split(/\n\n|\n- /);
    expect(
      paragraphs.filter(
        (paragraph) => paragraph.includes('/v1/realtime/sessions') && !warnings.test(paragraph),
      ),
    ).toEqual([]);
  },
);

const declared = readDeclarations();

test.each(guides)('$library $name names only functions that the packages export', async ({ text }) => {
  const exported = await declared;
  const spans = [...text.replaceAll(/```[^]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );
  const called = spans.flatMap((code) =>
    [...code.matchAll(/(?<![.\w])([a-z]\w*)\(/g)].map(([, name = '']) => name),
  );
  // Functions of the platform, of frameworks, and of the snippets.
  const others = [
    'authorize',
    'createDataChannel',
    'createServer',
    'fetch',
    'handler',
    'jwtVerify',
    'mount',
    'useStore',
  ];
  expect(called.filter((name) => !others.includes(name) && !exported.has(name))).toEqual([]);
});

test.each(skills)('$library $name is named where readers of the package look', async ({ library, name }) => {
  const agents = await readFile(join(modules, library, 'AGENTS.md'), 'utf8');
  expect(agents).toContain(`skills/${name}/SKILL.md`);
});

test('the tests in the skills pass', async () => {
  const files = skills.flatMap(({ text }) =>
    readSnippets(text).flatMap(({ code }) => {
      const name = /^\/\/ (\S+\.test\.ts)\n/.exec(code)?.[1];
      return name === undefined ? [] : [{ name, code }];
    }),
  );
  expect(files.length).toBeGreaterThan(0);
  const folder = join(consumer, 'skill-tests');
  await mkdir(folder, { recursive: true });
  await Promise.all(files.map(({ name, code }) => writeFile(join(folder, name), code)));
  const vitest = join(modules, 'vitest/vitest.mjs');
  // On a busy machine, not everything happens within a second.
  const args = ['run', '--reporter=json', `--expect.poll.timeout=${expectOptions.poll.timeout}`];
  const output = await run(process.execPath, [vitest, ...args], {
    cwd: folder,
    env: { VITEST: '', NODE_ENV: 'test' },
  });
  expect(JSON.parse(output.slice(output.indexOf('{')))).toMatchObject({
    success: true,
    numTotalTestSuites: files.length,
  });
});

test('the snippets of the skills compile against the installed packages', async () => {
  const folder = join(consumer, 'skills');
  await mkdir(folder, { recursive: true });
  const files = skills.flatMap(({ name, text }) =>
    readSnippets(text).map(({ code, extension }, index) => ({ file: `${name}-${index}.${extension}`, code })),
  );
  expect(files.length).toBeGreaterThan(8);
  await Promise.all(files.map(({ file, code }) => writeFile(join(folder, file), code)));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    strict: true,
    skipLibCheck: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    noEmit: true,
  };
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions, files: files.map(({ file }) => file) }));
  const typescript6 = typescripts.filter(({ name }) => name === 'TypeScript 6.0');
  const printed = await Promise.all(typescript6.map((typescript) => compile(typescript, [project])));
  expect(printed).toEqual([new Map([[project, '']])]);
});

/** The names of all functions and members in the declarations of the packages. */
async function readDeclarations(): Promise<ReadonlySet<string>> {
  const names = await Promise.all(
    folders.map(async (folder) => {
      const dist = join(modules, readManifest(folder).name, 'dist');
      const files = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.d.ts'));
      const texts = await Promise.all(files.map((file) => readFile(join(dist, file), 'utf8')));
      return texts.flatMap((text) => text.match(/\b[a-zA-Z]\w*(?=[<(:?])/g) ?? []);
    }),
  );
  return new Set(names.flat());
}

function readSnippets(text: string): readonly { readonly code: string; readonly extension: string }[] {
  return [...text.matchAll(/```(tsx?)\n([^]*?)```/g)].map(([, extension = '', code = '']) => ({
    code,
    extension,
  }));
}
