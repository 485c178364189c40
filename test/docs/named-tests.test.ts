import { expect, test } from 'vitest';
import { filesBelow, pages, read } from './support/markdown.ts';

const files = (await Promise.all(['packages', 'test', 'examples'].map(filesBelow))).flat();
const tests = files.filter((name) => /\.test\.tsx?$/.test(name));
const readmesOfTests = (await filesBelow('test')).filter((name) => name.endsWith('.md'));
const documents = [...(await pages()), ...readmesOfTests, 'CONTRIBUTING.md'];

interface NamedTest {
  readonly file: string;
  readonly rules: readonly string[];
}

/** The numbers of a list such as ` S02 S05–S07`. */
function expandRules(list: string): string[] {
  return [...list.matchAll(/S(\d\d)(?:–S(\d\d))?/g)].flatMap(([, first = '', last = first]) =>
    Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, index) => `S${String(Number(first) + index).padStart(2, '0')}`,
    ),
  );
}

/** Test files that a page names, each with the rules (`S07`) that follow its name. */
function namedTests(text: string): NamedTest[] {
  return [...text.matchAll(/`([\w/-]+\.test\.tsx?)`((?: S\d\d(?:–S\d\d)?)*)/g)].map(
    ([, file = '', rules = '']) => ({ file, rules: expandRules(rules) }),
  );
}

/** What is wrong with a named test: `undefined` if it exists and covers its rules. */
async function problemOf({ file, rules }: NamedTest): Promise<string | undefined> {
  const found = tests.filter((name) => name === file || name.endsWith(`/${file}`));
  if (found.length === 0) return `${file} does not exist`;
  const text = (await Promise.all(found.map(read))).join('\n');
  const covered = expandRules((text.match(/S\d\d(?:–S\d\d)?/g) ?? []).join(' '));
  const missing = rules.filter((rule) => !covered.includes(rule));
  return missing.length === 0 ? undefined : `${file} does not mention ${missing.join(', ')}`;
}

test.each(documents)('%s names only tests that exist', async (page) => {
  const problems = await Promise.all(namedTests(await read(page)).map(problemOf));
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
});

test('docs/guarantees.md names a test for every guarantee', async () => {
  const rows = (await read('docs/guarantees.md')).match(/^\|.*\|$/gm) ?? [];
  const guarantees = rows.filter((row) => !/^\| (?:guarantee +\||-+ \|)/.test(row));
  expect(guarantees.length).toBeGreaterThan(50);
  expect(guarantees.filter((row) => namedTests(row).length === 0)).toEqual([]);
});
