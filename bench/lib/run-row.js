import { performance } from 'node:perf_hooks';
import { machine, pinnedVersions, renderSection, saveResult } from './results.js';

const [id, scale] = process.argv.slice(2);
const { row } = await import(`../rows/${id}.js`);
if (row.id !== id) throw new Error(`rows/${id}.js has the id ${row.id}.`);

const startedMs = performance.now();
const { description, tables, notes = [], figures = {}, plot } = await row.run({ scale });
const { order, title } = row;
const measured = { description, tables, notes, figures, plot };
const result = { id, order, title, peers: pinnedVersions(row.peers), machine, ...measured };
console.log(`${renderSection(result)}\n`);
console.log(`${id}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
if (scale === 'full') await saveResult(result);
process.exit(0);
