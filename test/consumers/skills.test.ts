import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { folders, manifestOf } from './support/packages.ts';
import { run } from './support/run.ts';
import { typescripts } from './support/typescripts.ts';

const fresh = inject('fresh');
const modules = join(fresh, 'node_modules');

interface Skill {
  /** The folder it stands in. */
  readonly name: string;
  /** The package that ships it. */
  readonly library: string;
  /** All of it. */
  readonly text: string;
}

/** The skills that npm installed with the packages. */
const skills: readonly Skill[] = folders
  .map((folder) => manifestOf(folder))
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
    const library = manifestOf(folder).name;
    return { name: 'AGENTS.md', library, text: readFileSync(join(modules, library, 'AGENTS.md'), 'utf8') };
  }),
];

test('core, react and server come with a skill', () => {
  const libraries = ['core', 'react', 'server'].map((name) => `@realtime-session/${name}`);
  expect(skills.map(({ library }) => library)).toEqual(libraries);
});

describe.each(skills)('the skill $name', ({ name, library, text }) => {
  const front = /^---\n([^]*?)\n---\n/.exec(text)?.[1] ?? '';

  test('says its name, its library and, within 1024 characters, when to use it', () => {
    expect(front).toMatch(new RegExp(`^name: ${name}\n`));
    expect(front).toContain(`library: '${library}'`);
    const description = /description: >-\n((?: {2}.*\n)+)/.exec(front)?.[1] ?? '';
    expect(description).toContain('Use when');
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(text.split('\n').length).toBeLessThanOrEqual(500);
  });

  test('teaches the live call', () => {
    expect(text).toContain('POST /v1/realtime/client_secrets');
  });
});

test.each(guides)(
  '$library $name names the retired call only to warn of it, and shows no code with it',
  ({ text }) => {
    expect(snippetsOf(text).filter(({ code }) => code.includes('/v1/realtime/sessions'))).toEqual([]);
    const warnings = /retired|404|gone from|Do not write|still calls/;
    const paragraphs = text.replaceAll(/```[^]*?```/g, '').split(/\n\n|\n- /);
    expect(
      paragraphs.filter((words) => words.includes('/v1/realtime/sessions') && !warnings.test(words)),
    ).toEqual([]);
  },
);

test('every snippet of every skill compiles against the packed packages', async () => {
  const folder = join(fresh, 'skills');
  await mkdir(folder, { recursive: true });
  const files = skills.flatMap(({ name, text }) =>
    snippetsOf(text).map(({ code, extension }, index) => ({ file: `${name}-${index}.${extension}`, code })),
  );
  expect(files.length).toBeGreaterThan(8);
  await Promise.all(files.map(({ file, code }) => writeFile(join(folder, file), code)));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    strict: true,
    noPropertyAccessFromIndexSignature: true,
    types: ['node'],
    noEmit: true,
  };
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions, files: files.map(({ file }) => file) }));
  const tsc = typescripts.find(({ name }) => name === 'TypeScript 6.0')?.tsc ?? '';
  expect(await run(process.execPath, [tsc, '--project', project], { cwd: folder })).toBe('');
});

/** The TypeScript of a page. */
function snippetsOf(text: string): readonly { readonly code: string; readonly extension: string }[] {
  return [...text.matchAll(/```(tsx?)\n([^]*?)```/g)].map(([, extension = '', code = '']) => ({
    code,
    extension,
  }));
}
