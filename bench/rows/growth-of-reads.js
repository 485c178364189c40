import { Bench } from 'tinybench';
import { createWarmManager } from '../lib/managers.js';
import { median, spread } from '../lib/stats.js';

/** Reads per measurement. */
const READS = 1_000;

const COUNTS = [1, 100, 10_000];

/** Times reads with different numbers of subscribers and leases. */
async function measure(timeMs) {
  const bench = new Bench({ time: timeMs, warmupTime: timeMs / 2, throws: true });
  for (const count of COUNTS) {
    const tokens = await createWarmManager();
    for (let index = 0; index < count; index += 1) {
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
  title: 'Warm read with many subscribers',
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
      description: `\`getToken()\` with this number of subscribers and leases, relative to one of each in the same round: the median and the spread of ${rounds} rounds.`,
      tables: [{ columns: ['subscribers and leases', 'ratio', 'spread'], rows }],
    };
  },
};
