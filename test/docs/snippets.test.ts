import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fragments } from './support/fragments.ts';
import { blocks, filesBelow, pages, read } from './support/markdown.ts';

/** Where the code of pages is kept as files; those in `test/docs/snippets` are run by the tests beside it. */
const shelves = [
  'test/docs/snippets',
  'test/adapters/recipes',
  'test/adapters/fixtures',
  'test/server/recipes',
  'packages/react/test/recipe',
  'examples',
];

const code = /\.(?:m|c)?[tj]sx?$/;
const languages = ['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs', 'mts', 'cts', 'typescript', 'javascript'];

const files = (await Promise.all(shelves.map(filesBelow))).flat().filter((name) => code.test(name));
const texts = await Promise.all(files.map(async (name) => asPrinted(await read(name))));
const documents = await pages();
const tests = await Promise.all(
  [...(await filesBelow('test/docs')), ...(await filesBelow('test/browser'))]
    .filter((name) => /\.test\.ts$|fixtures\/docs-/.test(name))
    .map(read),
);

/** Two versions of a framework can only stand side by side under two names. */
function asPrinted(text: string): string {
  return text.replace("'h3-1'", "'h3'");
}

/** Whether some file has these lines, one after the other. */
function isInAFile(snippet: string): boolean {
  return texts.some((text) => `\n${text}`.includes(`\n${snippet}`));
}

/** What a snippet is known by. */
function firstLine(snippet: string): string {
  return snippet.split('\n')[0] ?? '';
}

describe('code in the documentation', () => {
  it.each(documents)('%s shows only code that is in a file the tests compile and run', async (page) => {
    const snippets = blocks(await read(page)).filter(({ language }) => languages.includes(language));
    const loose = snippets
      .filter((snippet) => !isInAFile(snippet.code))
      .filter(
        (snippet) => !fragments.some((one) => one.page === page && one.begins === firstLine(snippet.code)),
      )
      .map((snippet) => `${page}:${snippet.line} ${firstLine(snippet.code)}`);
    expect(loose).toEqual([]);
  });

  it.each(files.filter((name) => /^test\/docs\/snippets\/.*(?<!\.test)\.tsx?$/.test(name)))(
    '%s is run by a test',
    (file) => {
      const runs = tests.some((text) => text.includes(`${file.slice('test/docs/'.length)}'`));
      const helps = texts.some((text) => new RegExp(`from '[./]+/${basename(file)}'`).test(text));
      expect(runs || helps).toBe(true);
    },
  );

  it.each(fragments)('$page needs the exception for "$begins"', async ({ page, begins }) => {
    const found = blocks(await read(page)).filter((snippet) => firstLine(snippet.code) === begins);
    expect(found.map((snippet) => isInAFile(snippet.code))).toEqual([false]);
  });
});
