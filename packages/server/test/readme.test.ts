import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = await read('README.md');

/** The first two cells of each row of the table below a heading. */
function rows(heading: string): (readonly [string, string])[] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| `(\w+)[^|]*\| *([^|]*?) *\|/gm)].map((row) => [row[1] ?? '', row[2] ?? '']);
}

describe('README.md', () => {
  it('lists every option', async () => {
    const source = await read('src/lib/options.ts');
    const [, body = ''] = source.split('export interface SessionHandlerOptions');
    const names = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect([...new Set(rows('Options').map(([name]) => name))].sort()).toEqual(names.sort());
  });
});
