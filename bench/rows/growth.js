import { kinds } from '../lib/growth/kinds.js';
import { measure } from '../lib/growth/measure.js';
import { median, spread } from '../lib/stats.js';

const sizes = {
  full: { counts: [1, 100, 10_000, 100_000], rounds: 3 },
  quick: { counts: [1, 100], rounds: 1 },
};

const of = (results, name) => results.map((result) => result[name]);

/** The ratios are against this many: of a single one, most is the group it is made in. */
const BASE = 1;

function rowsOf(name, kind, { counts, rounds }) {
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
      median(of(results[at], 'addUs')).toFixed(2),
      median(ratios).toFixed(2),
      spread(ratios),
      median(of(results[at], 'removeUs')).toFixed(2),
      median(of(results[at], 'bytes')).toFixed(0),
    ];
  });
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'growth',
  order: 7,
  title: 'Many of everything',
  peers: [],
  async run({ scale }) {
    const size = sizes[scale];
    const rows = Object.entries(kinds).flatMap(([name, kind]) =>
      rowsOf(name, kind, { ...size, rounds: Math.min(size.rounds, kind.rounds ?? size.rounds) }),
    );
    return {
      words: `What it takes to add one of so many, and to take it away again, in microseconds of processor time, and how much heap one of them holds, in bytes, after a collection. The ratio is against a hundred of its kind in the same round; the median of ${size.rounds} rounds, and of one where a round takes long. Flat is good.`,
      tables: [{ columns: ['of what', 'how many', 'add µs', 'ratio', 'spread', 'remove µs', 'bytes'], rows }],
      notes: [
        'The collector works in these times too, and has more to look through where a hundred thousand hold hundreds of megabytes; a large map misses the caches of the processor.',
        'A few are made in many groups, so the first lines hold what a group holds too: a leased manager has a timer, a subscribed one a set.',
        'A limiter in memory holds 50 000 keys unless told otherwise; here it may hold more, so that its growth shows. Its keys go by themselves.',
      ],
    };
  },
};
