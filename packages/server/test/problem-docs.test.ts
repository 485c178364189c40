import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callEndReasons } from '../src/lib/calls/call-end.ts';
import { problemStatus } from '../src/lib/problem.ts';
import { isReported } from '../src/lib/report.ts';
import { callRoute, tokenRoute } from '../src/lib/route.ts';

const root = new URL('../../../', import.meta.url);

/** The rows of all tables whose first column has this heading, by the first cell. */
function readTable(file: string, heading = 'code'): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(new URL(file, root), 'utf8');
  const [, ...sections] = page.split(new RegExp(`^\\| ${heading} `, 'm'));
  const rows = sections
    .flatMap((section) => section.split('\n\n')[0]?.match(/^\| `.*\|$/gm) ?? [])
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return new Map(rows.map(([name = '', ...cells]) => [name.replaceAll('`', ''), cells]));
}

const codes = Object.keys(problemStatus).sort();

describe('docs/errors/http.md', () => {
  const table = readTable('docs/errors/http.md');

  it('lists every code of the server and no other', () => {
    expect([...table.keys()].sort()).toEqual(codes);
  });

  it.each(Object.entries(problemStatus))('lists %s with status %i, a cause and a remedy', (code, status) => {
    const [documented, cause, remedy, printed] = table.get(code) ?? [];
    expect(documented).toBe(String(status));
    expect(cause).toMatch(/\w{3}/);
    expect(remedy).toMatch(/\w{3}/);
    expect(printed).toBe(isReported[code as keyof typeof isReported]);
  });
});

describe('the reasons in docs/errors/http.md', () => {
  const table = readTable('docs/errors/http.md', 'reason');

  it('are those of calls, each with a cause and a remedy', () => {
    expect([...table.keys()]).toEqual([...callEndReasons]);
    for (const cells of table.values()) expect(cells).toEqual([expect.stringMatching(/\w{3}/), expect.stringMatching(/\w{3}/)]); // prettier-ignore
  });
});

describe('the README of the server', () => {
  const table = readTable('packages/server/README.md');

  it('lists every code of the server with its status', () => {
    const documented = [...table].map(([code, [status]]) => [code, Number(status)]);
    expect(Object.fromEntries(documented)).toEqual(problemStatus);
  });
});

describe.each([
  ['tokens', tokenRoute],
  ['calls', callRoute],
])('a code of the route for %s', (_what, { titles, remedies }) => {
  it.each(codes)('%s has a sentence for the caller and one for the owner', (code) => {
    const sentences = [titles, remedies].map((texts) => texts[code as keyof typeof texts]);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z`].{20,}\.$/);
  });

  it('has a title of its own', () => {
    expect(new Set(Object.values(titles)).size).toBe(codes.length);
  });
});
