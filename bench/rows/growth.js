import { kinds, measure } from '../lib/growth.js';
import { median, spread } from '../lib/stats.js';

const sizes = {
  full: { counts: [1, 100, 10_000, 100_000], rounds: 3 },
  quick: { counts: [1, 100], rounds: 1 },
};

const pick = (results, name) => results.map((result) => result[name]);

/** Index of the count that ratios are relative to. A single object is dominated by the cost of its group. */
const BASE = 1;

function createRows(name, kind, { counts, rounds }) {
  measure(kind, counts[BASE]);
  const results = counts.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, count] of counts.entries()) results[at].push(measure(kind, count));
  }
  return counts.map((count, at) => {
    const ratios = results[at].map(({ addUs }, round) => addUs / results[BASE][round].addUs);
    return [
      name,
      count,
      median(pick(results[at], 'addUs')).toFixed(2),
      median(ratios).toFixed(2),
      spread(ratios),
      median(pick(results[at], 'removeUs')).toFixed(2),
      median(pick(results[at], 'bytes')).toFixed(0),
    ];
  });
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'growth',
  order: 7,
  title: 'Growth',
  peers: [],
  async run({ scale }) {
    const size = sizes[scale];
    const rows = Object.entries(kinds).flatMap(([name, kind]) =>
      createRows(name, kind, { ...size, rounds: Math.min(size.rounds, kind.rounds ?? size.rounds) }),
    );
    return {
      description: `CPU time in microseconds to add and to remove one of this number of objects, and its heap bytes after garbage collection. The ratio is relative to 100 objects in the same round. Median of ${size.rounds} rounds, or one round for slow objects. Constant values are good.`,
      tables: [{ columns: ['objects', 'count', 'add µs', 'ratio', 'spread', 'remove µs', 'bytes'], rows }],
      notes: [
        'The times include garbage collection, which takes longer when 100,000 objects hold hundreds of megabytes. A large map misses the processor caches.',
        'Small counts are measured in many groups, so their rows include the cost of a group: a leased manager has a timer, a subscribed manager has a set.',
        'The memory limiter holds 50,000 keys by default. Here the limit is higher to show the growth. Its keys expire, so there is nothing to remove.',
      ],
    };
  },
};
