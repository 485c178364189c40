import { describe, expect, it } from 'vitest';
import { blocks, pages, read } from './support/markdown.ts';

/** The order of every README of a package, and of the first one; other sections may stand between. */
const order = ['What it guarantees, and the test that keeps it', 'Options', 'Errors', 'What it does not do'];

const readmes = (await pages()).filter((page) => /^(packages\/\w+\/)?README\.md$/.test(page));

/** The second-level headings of a page, code left out. */
function headings(text: string): string[] {
  const prose = blocks(text).reduce((rest, { code }) => rest.replace(code, ''), text);
  return [...prose.matchAll(/^## (.+)$/gm)].map((found) => found[1] ?? '');
}

/** What stands below a heading. */
function section(text: string, heading: string): string {
  return text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}

describe('READMEs', () => {
  it('are seven', () => {
    expect(readmes).toHaveLength(7);
  });

  it.each(readmes)('%s has its sections in the one order', async (page) => {
    const found = headings(await read(page));
    expect(found.filter((heading) => order.includes(heading))).toEqual(order);
  });

  it.each(readmes)('%s says what it is, and shows it at work, before anything else', async (page) => {
    const [head = ''] = (await read(page)).split(`\n## ${order[0] ?? ''}\n`);
    expect(head).toMatch(/^# \S.*\n\n[`\w]/);
    expect(blocks(head).length).toBeGreaterThan(0);
  });

  it.each(readmes)('%s names a test for every guarantee', async (page) => {
    const rows = section(await read(page), order[0] ?? '').match(/^\|.*\|$/gm) ?? [];
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.slice(2).filter((row) => !/\.test\.tsx?`|every test|`(?:packages|test)\//.test(row))).toEqual(
      [],
    );
  });

  it.each(readmes.filter((page) => page !== 'README.md'))('%s is read to the end', async (page) => {
    expect(headings(await read(page)).at(-1)).toBe(order.at(-1));
  });
});
