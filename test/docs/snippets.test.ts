import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fragments } from './support/fragments.ts';
import { blocks, filesBelow, guides, pages, read } from './support/markdown.ts';

/** Folders with the code that pages show. Tests in `test/docs` run the files of `test/docs/snippets`. */
const folders = [
  'test/docs/snippets',
  'test/adapters/recipes',
  'test/adapters/fixtures',
  'test/server/recipes',
  'test/sign-in/recipes',
  'test/frameworks/recipes',
  'packages/react/test/recipe',
  'test/react-native/recipe',
  'test/integration/vitest-project',
  'examples',
];

const codeFile = /\.(?:m|c)?[tj]sx?$/;
const languages = ['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs', 'mts', 'cts', 'typescript', 'javascript'];

const files = (await Promise.all(folders.map(filesBelow))).flat().filter((name) => codeFile.test(name));
const texts = await Promise.all(files.map(async (name) => asDocumented(await read(name))));
/** A test follows these pages to the letter (`test/start`), so their code has no other copy. */
const followed = ['docs/guide/getting-started-next.md', 'docs/guide/getting-started-vite.md'];
const documents = (await pages()).filter((page) => !followed.includes(page));
const instructions = await guides();
const tests = await Promise.all(
  [...(await filesBelow('test/docs')), ...(await filesBelow('test/browser'))]
    .filter((name) => /\.test\.ts$|fixtures\/docs-/.test(name))
    .map(read),
);

/** Two versions of one framework are installed under two names; the docs show the real one. */
function asDocumented(text: string): string {
  return text.replace("'h3-1'", "'h3'");
}

/** Whether a file contains these lines in sequence. */
function isInFile(snippet: string): boolean {
  return texts.some((text) => `\n${text}`.includes(`\n${snippet}`));
}

function firstLine(snippet: string): string {
  return snippet.split('\n')[0] ?? '';
}

describe('code in the documentation', () => {
  it.each(documents)('%s shows only code from files that the tests compile and run', async (page) => {
    const snippets = blocks(await read(page)).filter(({ language }) => languages.includes(language));
    const untested = snippets
      .filter((snippet) => !isInFile(snippet.code))
      .filter(
        (snippet) => !fragments.some((one) => one.page === page && one.begins === firstLine(snippet.code)),
      )
      .map((snippet) => `${page}:${snippet.line} ${firstLine(snippet.code)}`);
    expect(untested).toEqual([]);
  });

  it.each([...documents, ...instructions])('%s has no import that ends in .ts or .tsx', async (page) => {
    const code = blocks(await read(page)).map((block) => block.code);
    expect(code.join('').match(/^.*\b(?:from|import)\b.*['"]\.[^'"]*\.[cm]?tsx?['"].*$/gm)).toBeNull();
  });

  it.each(files.filter((name) => /^test\/docs\/snippets\/.*(?<!\.test)\.tsx?$/.test(name)))(
    '%s runs in a test',
    (file) => {
      const isRun = tests.some((text) => text.includes(`${file.slice('test/docs/'.length)}'`));
      const name = basename(file).replace(/\.tsx?$/, '');
      const isImported = texts.some((text) => new RegExp(`from '[./]+/${name}'`).test(text));
      expect(isRun || isImported).toBe(true);
    },
  );

  it.each(fragments)('$page still needs the exception for "$begins"', async ({ page, begins }) => {
    const found = blocks(await read(page)).filter((snippet) => firstLine(snippet.code) === begins);
    expect(found.map((snippet) => isInFile(snippet.code))).toEqual([false]);
  });
});
