import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { scriptRuntimes } from './support/runtimes.ts';

const require = createRequire(import.meta.url);
const page = await readFile(new URL('../../docs/support.md', import.meta.url), 'utf8');
/** Of the runtimes; what compiles and bundles the packages stands under a heading of its own. */
const table = page.split('\n## ')[0] ?? '';
const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;

/** Cells of each line: runtime and version. */
const rows = new Map([...table.matchAll(/^\| (\w[\w ]*?) +\| ([\d.]+)/gm)].map((row) => [row[1], row[2]]));

test('the support table names every runtime that is tested, and no other', () => {
  const tested = [...scriptRuntimes.map(({ name }) => name), 'workerd'];
  expect([...rows.keys()].sort()).toEqual(tested.sort());
});

test.each([
  ['Node 22', 'node22'],
  ['Node 24', 'node24'],
  ['Bun', 'bun'],
  ['Deno', 'deno'],
  ['workerd', 'workerd'],
])('the support table names the version of %s that is tested', (name, dependency) => {
  expect(rows.get(name)).toBe(versionOf(dependency));
});
