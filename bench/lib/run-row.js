import { performance } from 'node:perf_hooks';
import { pinned } from './pinned.js';
import { keepResult, machine } from './results.js';
import { renderSection } from './section.js';

const [id, scale] = process.argv.slice(2);
const { row } = await import(`../rows/${id}.js`);
if (row.id !== id) throw new Error(`rows/${id}.js calls itself ${row.id}.`);

const startedMs = performance.now();
const { words, tables, notes = [] } = await row.run({ scale });
const { order, title } = row;
const result = { id, order, title, words, peers: pinned(row.peers), machine, tables, notes };
console.log(`${renderSection(result)}\n`);
console.log(`${id}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
if (scale === 'full') await keepResult(result);
process.exit(0);
