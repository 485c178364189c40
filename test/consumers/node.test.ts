import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { entries } from './support/packages.ts';
import { run } from './support/run.ts';

const consumer = inject('consumer');

/** Runs a fixture that prints the exported names of each entry. */
async function listExports(program: string): Promise<Readonly<Record<string, readonly string[]>>> {
  return JSON.parse(
    await run(process.execPath, [join(consumer, 'src', program), ...entries], { cwd: consumer }),
  ) as Record<string, string[]>;
}

test('import and require() of every entry return the same names', async () => {
  const [imported, required] = await Promise.all([listExports('import.mjs'), listExports('require.cjs')]);
  expect(Object.keys(imported)).toEqual(entries);
  expect(Object.values(imported).filter((names) => names.length === 0)).toEqual([]);
  expect(required).toEqual(imported);
});

test.each([
  ['@realtime-session/emulator', 'realtime-emulator', 'a local emulator of the Realtime API'],
  ['@realtime-session/doctor', 'realtime-session-doctor', 'checks your mint route from outside'],
])('npx runs %s and npm installs its command %s', async (name, command, text) => {
  const installedCommand = join(consumer, 'node_modules', '.bin', command);
  const help = await Promise.all([
    run('npx', ['--no', '--', name, '--help'], { cwd: consumer }),
    run(installedCommand, ['--help'], { cwd: consumer }),
  ]);
  expect(help[0]).toContain(text);
  expect(help[1]).toBe(help[0]);
});
