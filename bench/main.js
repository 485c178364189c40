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
  console.error(`Unknown row: ${unknown.join(', ')}. Available rows: ${all.join(', ')}.`);
  process.exit(2);
}

const failed = [];
for (const id of positionals.length > 0 ? positionals : all) {
  const code = await run(id);
  if (code !== 0) failed.push(id);
}
if (scale === 'full') await writeResults(all);
const minutes = Math.floor(process.uptime() / 60);
console.log(`Finished after ${minutes} min ${Math.round(process.uptime() % 60)} s.`);
if (failed.length > 0) {
  console.error(`Failed, unchanged in RESULTS.md: ${failed.join(', ')}.`);
  process.exitCode = 1;
}

/** Runs a row in a separate process, so that the heap, compiled code and patched globals of other rows do not affect it. */
async function run(id) {
  const script = fileURLToPath(new URL('lib/run-row.js', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', script, id, scale], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code;
}
