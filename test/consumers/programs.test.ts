import { readdirSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { run } from './support/run.ts';
import { typescripts } from './support/typescripts.ts';

/**
 * Small applications with tests of their own. They were written by readers of the packed packages only, and they run outside of the
 * workspace, against the packed packages.
 */
const source = fileURLToPath(new URL('programs', import.meta.url));
const programs = readdirSync(source);

const consumer = inject('consumer');
const tsc = typescripts.find(({ name }) => name === 'TypeScript 6.0')?.tsc ?? '';

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

beforeAll(() => cp(source, join(consumer, 'programs'), { recursive: true }));

describe.each(programs)('the program %s', (name) => {
  const folder = join(consumer, 'programs', name);

  test('compiles with strict options', async () => {
    const project = join(folder, 'tsconfig.json');
    await writeFile(project, JSON.stringify({ compilerOptions, include: ['**/*.ts', '**/*.tsx'] }));
    expect(await run(process.execPath, [tsc, '--project', project], { cwd: folder })).toBe('');
  });

  test('passes its own tests', async () => {
    const vitest = join(consumer, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', '--root', folder, '--reporter=json'];
    // A run without tests fails.
    const report = JSON.parse(await run(process.execPath, args, { cwd: folder })) as {
      readonly numTotalTests: number;
      readonly numPassedTests: number;
    };
    expect(report.numPassedTests).toBe(report.numTotalTests);
  });
});
