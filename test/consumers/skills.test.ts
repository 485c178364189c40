import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { folders, readManifest } from './support/packages.ts';
import { run } from './support/run.ts';
import { typescripts } from './support/typescripts.ts';

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

test('core, react and server contain a skill', () => {
  const libraries = ['core', 'react', 'server'].map((name) => `@realtime-session/${name}`);
  expect([...new Set(skills.map(({ library }) => library))]).toEqual(libraries);
});

describe.each(skills)('the skill $name', ({ name, library, text }) => {
  const frontMatter = /^---\n([^]*?)\n---\n/.exec(text)?.[1] ?? '';

  test('has a valid front matter with its name, library and description', () => {
    expect(frontMatter).toMatch(new RegExp(`^name: ${name}\n`));
    expect(frontMatter).toContain(`library: '${library}'`);
    const description = /description: >-\n((?: {2}.*\n)+)/.exec(frontMatter)?.[1] ?? '';
    expect(description).toContain('Use when');
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(text.split('\n').length).toBeLessThanOrEqual(500);
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
    types: ['node'],
    noEmit: true,
  };
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions, files: files.map(({ file }) => file) }));
  const tsc = typescripts.find(({ name }) => name === 'TypeScript 6.0')?.tsc ?? '';
  expect(await run(process.execPath, [tsc, '--project', project], { cwd: folder })).toBe('');
});

function readSnippets(text: string): readonly { readonly code: string; readonly extension: string }[] {
  return [...text.matchAll(/```(tsx?)\n([^]*?)```/g)].map(([, extension = '', code = '']) => ({
    code,
    extension,
  }));
}
