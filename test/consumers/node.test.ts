import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { entries } from './support/packages.ts';
import { run } from './support/run.ts';

const fresh = inject('fresh');

/** The names each entry exports, as a program in the fresh folder sees them. */
async function exportsSeenBy(program: string): Promise<Readonly<Record<string, readonly string[]>>> {
  // The programs are fixtures of this test.
  return JSON.parse(
    await run(process.execPath, [join(fresh, 'src', program), ...entries], { cwd: fresh }),
  ) as Record<string, string[]>;
}

test('every entry is imported and required, and both give the same names', async () => {
  const [imported, required] = await Promise.all([exportsSeenBy('import.mjs'), exportsSeenBy('require.cjs')]);
  expect(Object.keys(imported)).toEqual(entries);
  expect(Object.values(imported).filter((names) => names.length === 0)).toEqual([]);
  expect(required).toEqual(imported);
});

test.each([
  ['@realtime-session/emulator', 'realtime-emulator', 'a local stand-in for the Realtime API'],
  ['@realtime-session/doctor', 'realtime-session-doctor', 'checks your mint route from outside'],
])('npx runs %s, and npm links it as %s', async (name, command, sentence) => {
  const linked = join(fresh, 'node_modules', '.bin', command);
  const help = await Promise.all([
    run('npx', ['--no', '--', name, '--help'], { cwd: fresh }),
    run(linked, ['--help'], { cwd: fresh }),
  ]);
  expect(help[0]).toContain(sentence);
  expect(help[1]).toBe(help[0]);
});
