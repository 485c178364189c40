import { performance } from 'node:perf_hooks';
import { warmManager } from '../lib/managers.js';
import { median, spread } from '../lib/stats.js';

const READS = 1_000_000;

/** Heap that reads take, in bytes for each. */
function bytesOf(read) {
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
  title: 'Memory of a read',
  peers: [],
  async run({ scale }) {
    const rounds = scale === 'quick' ? 1 : 7;
    const tokens = await warmManager();
    tokens.subscribe(() => undefined);
    const rows = [
      ['an empty function', () => undefined],
      ['`performance.now()` and `Date.now()`', () => performance.now() + Date.now()],
      ['`getState()`', () => tokens.getState()],
      ['`peek()`', () => tokens.peek()],
      ['`getToken()`, not awaited', () => tokens.getToken()],
    ].map(([name, read]) => {
      const bytes = Array.from({ length: rounds }, () => bytesOf(read));
      return [name, median(bytes).toFixed(1), spread(bytes, 1)];
    });
    return {
      words: `Bytes of heap that one of ${READS} reads takes, without a collection between them as far as the engine goes along; the median of ${rounds} rounds and their spread.`,
      tables: [{ columns: ['read', 'bytes', 'spread'], rows }],
    };
  },
};
