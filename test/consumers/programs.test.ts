import { readdirSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { expectOptions } from '../../config/vitest.shared.ts';
import { run } from './support/run.ts';
import { compile, typescripts } from './support/typescripts.ts';

/**
 * Small applications with tests of their own. They were written by readers of the packed packages only, and they run outside of the
 * workspace, against the packed packages.
 */
const source = fileURLToPath(new URL('programs', import.meta.url));
const programs = readdirSync(source);

const folder = join(inject('consumer'), 'programs');
const projectOf = (program: string): string => join(folder, program, 'tsconfig.json');

const compilerOptions = {
  module: 'esnext',
  moduleResolution: 'bundler',
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable'],
  jsx: 'react-jsx',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  // Declarations of other packages, such as Vitest, do not compile with these options.
  skipLibCheck: true,
  types: ['node'],
  noEmit: true,
};

/** What Vitest reports about a file. */
interface TestedFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[] | null;
  }[];
}

let printed: ReadonlyMap<string, string>;
let tested: readonly TestedFile[];
/** Of the test run, if it failed. */
let failure: unknown;

beforeAll(async () => {
  await cp(source, folder, { recursive: true });
  const tsconfig = JSON.stringify({ compilerOptions, include: ['**/*.ts', '**/*.tsx'] });
  await Promise.all(programs.map((program) => writeFile(projectOf(program), tsconfig)));
  await compilePrograms();
  await testPrograms();
}, 900_000);

async function compilePrograms(): Promise<void> {
  const [typescript] = typescripts.filter(({ name }) => name === 'TypeScript 6.0');
  printed = typescript === undefined ? new Map() : await compile(typescript, programs.map(projectOf));
}

/** Runs the tests of all programs, each with its own configuration. */
async function testPrograms(): Promise<void> {
  const projects = programs.map((program) => ({
    extends: `./${program}/vitest.config.ts`,
    // On a busy machine, a page does not always show something new within a second.
    test: { name: program, root: `./${program}`, expect: expectOptions },
  }));
  // The programs mostly wait for pages and servers.
  const config = { test: { projects, maxWorkers: 2 } };
  await writeFile(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)};`);
  const vitest = join(inject('consumer'), 'node_modules/vitest/vitest.mjs');
  const report = join(folder, 'report.json');
  const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  await run(process.execPath, args, { cwd: folder }).catch((error: unknown) => (failure = error));
  tested = (JSON.parse(await readFile(report, 'utf8')) as { testResults: TestedFile[] }).testResults;
}

/** Describes what did not pass in a file. */
function findFailures({ name, status, message, assertionResults }: TestedFile): readonly string[] {
  const failed = assertionResults
    .filter((result) => result.status !== 'passed')
    .map((result) => [result.fullName, result.status, ...(result.failureMessages ?? [])].join('\n'));
  return status === 'passed' || failed.length > 0 ? failed : [`${name} ${status}\n${message}`];
}

describe.each(programs)('the program %s', (program) => {
  test('compiles with strict options', () => {
    expect(printed.get(projectOf(program))).toBe('');
  });

  test('passes its own tests', () => {
    const files = tested.filter(({ name }) => name.startsWith(join(folder, program)));
    expect(files.flatMap(findFailures)).toEqual([]);
    expect(files.flatMap(({ assertionResults }) => assertionResults).length).toBeGreaterThan(0);
  });
});

test('the tests of the programs cause no error outside of a test', () => {
  expect(failure).toBeUndefined();
});
