import { Bench } from 'tinybench';
import { warmManager } from '../lib/managers.js';
import { median, spread } from '../lib/stats.js';

/** So many reads are timed together. */
const READS = 1_000;

const COUNTS = [1, 100, 10_000];

/** Whether a read gets dearer with those who listen and hold leases. */
async function measure(timeMs) {
  const bench = new Bench({ time: timeMs, warmupTime: timeMs / 2, throws: true });
  for (const count of COUNTS) {
    const tokens = await warmManager();
    for (let each = 0; each < count; each += 1) {
      tokens.subscribe(() => undefined);
      tokens.keepFresh();
    }
    bench.add(String(count), async () => {
      for (let read = 0; read < READS; read += 1) await tokens.getToken();
    });
  }
  await bench.run();
  return bench.tasks.map(({ result }) => result.latency.p50);
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'growth-of-reads',
  order: 3.2,
  title: 'A warm read among many',
  peers: [],
  async run({ scale }) {
    const rounds = scale === 'quick' ? 1 : 5;
    const times = [];
    for (let round = 0; round < rounds; round += 1) times.push(await measure(scale === 'quick' ? 20 : 250));
    const rows = COUNTS.map((count, at) => {
      const ratios = times.map((of) => of[at] / of[0]);
      return [count, median(ratios).toFixed(2), spread(ratios)];
    });
    return {
      words: `\`getToken()\` with so many subscribers and as many leases, against one of each in the same round; the median of ${rounds} rounds and their spread.`,
      tables: [{ columns: ['subscribers and leases', 'ratio', 'spread'], rows }],
    };
  },
};
