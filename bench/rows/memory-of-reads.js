import { performance } from 'node:perf_hooks';
import { createWarmManager } from '../lib/managers.js';
import { median, spread } from '../lib/stats.js';

const READS = 1_000_000;

/** Heap bytes per read. */
function measureBytes(read) {
  for (let count = 0; count < 10_000; count += 1) read();
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < READS; count += 1) read();
  return Math.max(0, process.memoryUsage().heapUsed - before) / READS;
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'memory-of-reads',
  order: 3.1,
  title: 'Memory per read',
  peers: [],
  async run({ scale }) {
    const rounds = scale === 'quick' ? 1 : 7;
    const tokens = await createWarmManager();
    tokens.subscribe(() => undefined);
    const rows = [
      ['an empty function', () => undefined],
      ['`performance.now()` and `Date.now()`', () => performance.now() + Date.now()],
      ['`getState()`', () => tokens.getState()],
      ['`peek()`', () => tokens.peek()],
      ['`getToken()`, not awaited', () => tokens.getToken()],
    ].map(([name, read]) => {
      const bytes = Array.from({ length: rounds }, () => measureBytes(read));
      return [name, median(bytes).toFixed(1), spread(bytes, 1)];
    });
    return {
      description: `Heap bytes per read over ${READS} reads, normally without garbage collection in between: the median and the spread of ${rounds} rounds.`,
      tables: [{ columns: ['read', 'bytes', 'spread'], rows }],
    };
  },
};
