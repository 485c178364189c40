import { describe, expect, it } from 'vitest';
import { appTemplates } from '../support/app-templates.ts';
import { compileSnippets, type Snippet } from './support/compile-snippets.ts';
import { blocks, filesBelow, guides, read } from './support/markdown.ts';

/** Folders with the TypeScript code that pages show. */
const folders = [
  'test/docs/snippets',
  'test/adapters/recipes',
  'test/server/recipes',
  'packages/react/test/recipe',
];

const files = (await Promise.all(folders.map(filesBelow))).flat().filter((name) => /\.tsx?$/.test(name));

/** The snippets of the skills and of the guides for coding agents are in no file. */
const inline = (await Promise.all((await guides()).map(readInline))).flat();

const snippets: readonly Snippet[] = [
  ...(await Promise.all(files.map(async (path) => ({ path, code: await read(path) })))),
  ...inline,
];

/** Compiling everything takes long on a busy machine. */
const TIMEOUT_MS = 240_000;

async function readInline(page: string): Promise<Snippet[]> {
  return blocks(await read(page))
    .filter(({ language }) => /^tsx?$/.test(language))
    .map(({ code, language, line }) => ({
      // This workspace has the stores and frameworks that the skills use.
      path: `test/server/${page.replaceAll('/', '-')}-${line}.${language}`,
      code,
    }));
}

describe.each(appTemplates)('in an untouched app of $creator', (template) => {
  it(
    'every snippet of the docs, the READMEs and the skills compiles',
    () => expect(compileSnippets(template, snippets)).toEqual([]),
    TIMEOUT_MS,
  );
});

describe('the compiler of these tests', () => {
  it('compiles the snippets of the skills', () => {
    expect(inline.length).toBeGreaterThan(8);
  });

  it(
    'rejects an import that ends in .ts unless the template allows it',
    () => {
      const snippet = { path: 'test/docs/snippet.ts', code: "import './snippets/server/users.ts';\n" };
      const errors = appTemplates.flatMap((template) => compileSnippets(template, [snippet]));
      expect(errors).toEqual([expect.stringContaining('test/docs/snippet.ts:1 TS5097')]);
    },
    TIMEOUT_MS,
  );
});
