import { Bench } from 'tinybench';
import { warmManager } from '../lib/managers.js';
import { table } from '../lib/table.js';

/** So many reads are timed together. */
const READS = 1_000;

const COUNTS = [1, 100, 10_000];

/** Whether a read gets dearer with those who listen and hold leases. */
export async function growthOfReads() {
  const bench = new Bench({ time: 500, warmupTime: 200, throws: true });
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
  const times = bench.tasks.map(({ result }) => result.latency.p50);
  return table({
    title: 'A warm read among many',
    words: '`getToken()` with so many subscribers and as many leases, against one of each.',
    head: ['subscribers and leases', 'ratio'],
    rows: COUNTS.map((count, at) => [String(count), (times[at] / times[0]).toFixed(2)]),
  });
}
