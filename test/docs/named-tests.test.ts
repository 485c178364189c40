import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(new URL(folder, root), { recursive: true });
  return entries.filter((name) => !/node_modules|dist\//.test(name)).map((name) => folder + name);
}

const files = (await Promise.all(['packages/', 'test/', 'examples/', 'docs/'].map(filesOf))).flat();
const tests = files.filter((name) => /\.test\.tsx?$/.test(name));
const pages = [...files.filter((name) => name.endsWith('.md')), 'README.md', 'CONTRIBUTING.md'];

/** Test files a page names, each with the rules (`S07`) that are named on the same line. */
function named(text: string): { readonly file: string; readonly rules: readonly string[] }[] {
  return text.split('\n').flatMap((line) =>
    [...line.matchAll(/`([\w/-]+\.test\.tsx?)`((?: S\d\d(?:–S\d\d)?)*)/g)].map((found) => ({
      file: found[1] ?? '',
      rules: found[2]?.match(/S\d\d/g) ?? [],
    })),
  );
}

test.each(pages)('every test that %s names is there', async (page) => {
  const missing: string[] = [];
  for (const { file, rules } of named(await readFile(new URL(page, root), 'utf8'))) {
    const found = tests.filter((name) => name === file || name.endsWith(`/${file}`));
    const texts = await Promise.all(found.map((name) => readFile(new URL(name, root), 'utf8')));
    if (found.length === 0) missing.push(file);
    missing.push(
      ...rules.filter((rule) => !texts.join('\n').includes(rule)).map((rule) => `${file} ${rule}`),
    );
  }
  expect(missing).toEqual([]);
});
