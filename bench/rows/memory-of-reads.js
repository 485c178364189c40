import { performance } from 'node:perf_hooks';
import { warmManager } from '../lib/managers.js';
import { table } from '../lib/table.js';

const READS = 1_000_000;

/** Heap that reads take, in bytes for each. */
function bytesOf(read) {
  for (let count = 0; count < 10_000; count += 1) read();
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < READS; count += 1) read();
  return Math.max(0, process.memoryUsage().heapUsed - before) / READS;
}

/** What reading the state, and telling an event to listeners that are there, leaves on the heap. */
export async function memoryOfReads() {
  const tokens = await warmManager();
  tokens.subscribe(() => undefined);
  const rows = [
    ['an empty function', () => undefined],
    ['`performance.now()` and `Date.now()`', () => performance.now() + Date.now()],
    ['`getState()`', () => tokens.getState()],
    ['`peek()`', () => tokens.peek()],
  ].map(([name, read]) => [name, bytesOf(read).toFixed(1)]);
  return table({
    title: 'Memory of a read',
    words: `Bytes of heap that one of ${READS} reads takes, without a collection between them as far as the engine goes along.`,
    head: ['read', 'bytes'],
    rows,
  });
}
