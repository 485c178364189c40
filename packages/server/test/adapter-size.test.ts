import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const folder = new URL('../src/lib/adapters/', import.meta.url);
const adapters = (await readdir(folder)).filter((name) => /^to-.*-handler\.ts$/.test(name));

/** Lines that are neither empty nor part of a comment. */
function codeLines(source: string): number {
  const code = source.replace(/\/\*[^]*?\*\//g, '').split('\n');
  return code.filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;
}

it('there is an adapter for every framework', () => {
  expect(adapters).toHaveLength(10);
});

it.each(adapters)('%s has at most thirty lines of code', async (name) => {
  expect(codeLines(await readFile(new URL(name, folder), 'utf8'))).toBeLessThanOrEqual(30);
});
