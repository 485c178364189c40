import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeResults } from './lib/results.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const scale = values.quick ? 'quick' : 'full';

const all = (await readdir(new URL('rows/', import.meta.url)))
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.slice(0, -'.js'.length));
const unknown = positionals.filter((id) => !all.includes(id));
if (unknown.length > 0) {
  console.error(`No such row: ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}

const failed = [];
for (const id of positionals.length > 0 ? positionals : all) {
  const code = await run(id);
  if (code !== 0) failed.push(id);
}
if (scale === 'full') await writeResults(all);
if (failed.length > 0) {
  console.error(`Failed, and left in RESULTS.md as they were: ${failed.join(', ')}.`);
  process.exitCode = 1;
}

/** A row has a process to itself: no other row's heap, compiled code or patched timers are in its numbers. */
async function run(id) {
  const script = fileURLToPath(new URL('lib/run-row.js', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', script, id, scale], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code;
}
