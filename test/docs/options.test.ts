import { describe, expect, it } from 'vitest';
import { filesBelow, read } from './support/markdown.ts';

/** Pages that list options with numeric defaults, and the package that has them. */
const tables = [
  ...['core', 'server', 'webrtc', 'emulator'].map((name) => ({
    name,
    page: `packages/${name}/README.md`,
    heading: 'Options',
  })),
  { name: 'server', page: 'docs/guide/calls.md', heading: 'Limits' },
];

/** Defaults that are not a single number, or that come from another module, with the code that sets them. */
const specialDefaults: Readonly<Record<string, RegExp>> = {
  'limits.perPrincipal': /perPrincipal: \{ max: 30, windowMs: (?:MINUTE_MS|60_000) \}/,
  'limits.perAddress': /perAddress: \{ max: 60, windowMs: (?:MINUTE_MS|60_000) \}/,
  defaultTtlSeconds: /600[\s\S]*60|60[\s\S]*600/,
  minTtlSeconds: /MIN_TTL_SECONDS/,
};

interface Row {
  readonly option: string;
  readonly fallback: string;
}

/** Name and default of each option in the table below the heading. */
function readRows(text: string, heading: string): Row[] {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const lines = section.split(/\n##+ /)[0]?.match(/^\|.*\|$/gm) ?? [];
  const cells = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  const at = cells[0]?.indexOf('default') ?? -1;
  return cells.slice(2).map((row) => ({
    option: row[1]?.replaceAll('`', '').replace(/\(.*/, '') ?? '',
    fallback: row[at] ?? '',
  }));
}

const number = /^(\d[\d ]*(?:\.\d+)?)(?=$|:|,| |;)/;

async function sourcesOf(name: string): Promise<string> {
  const files = (await filesBelow(`packages/${name}/src`)).filter((file) => /\.tsx?$/.test(file));
  return (await Promise.all(files.map(read))).join('\n');
}

describe.each(tables)('the table $heading in $page', async ({ name, page, heading }) => {
  const text = await read(page);
  const source = await sourcesOf(name);
  const numeric = readRows(text, heading).filter(({ fallback }) => number.test(fallback));

  it('list defaults in a table', () => {
    expect(numeric.length).toBeGreaterThan(2);
  });

  it.each(numeric)('$option has the documented default $fallback in the sources', ({ option, fallback }) => {
    const special = specialDefaults[option];
    if (special !== undefined) {
      expect(source).toMatch(special);
      return;
    }
    const digits = (number.exec(fallback)?.[1] ?? '').replaceAll(' ', '');
    const last = option.split('.').at(-1) ?? '';
    const found = [
      ...source.matchAll(new RegExp(`\\b${last}(?::| =| \\?\\?| \\?\\? |,) \\[?(\\d[\\d_.]*)`, 'g')),
    ];
    expect(found.map(([, digitsInCode = '']) => digitsInCode.replaceAll('_', ''))).toContain(digits);
  });
});
