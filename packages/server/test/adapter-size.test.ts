import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const folder = new URL('../src/lib/adapters/', import.meta.url);
const shared = [
  'aws-lambda-event.ts',
  'fastify-plugin.ts',
  'node-exchange.ts',
  'node-request.ts',
  'sveltekit-event.ts',
  'web.ts',
];
const adapters = (await readdir(folder)).filter((name) => !shared.includes(name));

/** Counts the lines that are neither empty nor part of a comment. */
function codeLines(source: string): number {
  const code = source.replace(/\/\*[^]*?\*\//g, '').split('\n');
  return code.filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;
}

it('there is one adapter per framework', () => {
  expect(adapters).toHaveLength(10);
});

it.each(adapters)('%s has at most thirty lines of code', async (name) => {
  expect(codeLines(await readFile(new URL(name, folder), 'utf8'))).toBeLessThanOrEqual(30);
});
