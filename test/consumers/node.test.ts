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
  ['realtime-emulator', 'a local stand-in for the Realtime API'],
  ['realtime-session-server', 'doctor'],
])('npm linked the command %s', async (command, sentence) => {
  expect(await run(join(fresh, 'node_modules', '.bin', command), ['--help'], { cwd: fresh })).toContain(
    sentence,
  );
});
