import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { scriptRuntimes } from './support/runtimes.ts';

const require = createRequire(import.meta.url);
const page = await readFile(new URL('../../docs/support.md', import.meta.url), 'utf8');
/** The first table of the page lists the runtimes. */
const table = page.split('\n## ')[0] ?? '';
const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;

/** Versions by runtime. */
const rows = new Map([...table.matchAll(/^\| (\w[\w ]*?) +\| ([\d.]+)/gm)].map((row) => [row[1], row[2]]));

test('the support table lists exactly the tested runtimes', () => {
  const tested = [...scriptRuntimes.map(({ name }) => name), 'workerd'];
  expect([...rows.keys()].sort()).toEqual(tested.sort());
});

test.each([
  ['Node 22', 'node22'],
  ['Node 24', 'node24'],
  ['Bun', 'bun'],
  ['Deno', 'deno'],
  ['workerd', 'workerd'],
])('the support table lists the tested version of %s', (name, dependency) => {
  expect(rows.get(name)).toBe(versionOf(dependency));
});
