import { setTimeout as wait } from 'node:timers/promises';
import { openPage } from '../lib/react-renders/page.js';
import { libraries, readings } from '../lib/react-renders/readers.js';
import { median, spread } from '../lib/stats.js';

const sizes = {
  full: { counts: [1, 100, 1_000], refreshes: 15 },
  quick: { counts: [1, 10], refreshes: 1 },
};

/** Longer than React takes to draw what has changed, on a busy machine too. */
const SETTLE_MS = 40;

/** Renders and milliseconds of each refresh, for so many components. */
async function measure(draw, { library, reading, count, refreshes }) {
  const page = draw(library[reading], count, library.Around);
  await library.refresh();
  await wait(10 * SETTLE_MS);
  const results = [];
  for (let each = 0; each < refreshes; each += 1) {
    Object.assign(page.seen, { renders: 0, ms: 0 });
    await library.refresh();
    await wait(SETTLE_MS);
    results.push({ ...page.seen });
  }
  page.close();
  await wait(SETTLE_MS);
  return results;
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'react-renders',
  order: 5,
  title: 'React, at each refresh',
  peers: ['@tanstack/react-query', 'swr', 'react', 'react-dom', 'happy-dom'],
  async run({ scale }) {
    const { counts, refreshes } = sizes[scale];
    const draw = await openPage();
    const made = [];
    for (const [name, make] of Object.entries(libraries)) made.push([name, await make()]);
    const tables = [];
    for (const [reading, caption] of Object.entries(readings)) {
      const rows = [];
      for (const count of counts) {
        for (const [name, library] of made) {
          const results = await measure(draw, { library, reading, count, refreshes });
          const renders = results.map((result) => result.renders / count);
          const times = results.map(({ ms }) => ms);
          rows.push([count, name, median(renders).toFixed(2), median(times).toFixed(2), spread(times)]);
        }
      }
      const columns = ['components', 'library', 'renders of each', 'ms', 'spread'];
      tables.push({ caption: `A component reads ${caption}`, columns, rows });
    }
    return {
      words: `Renders of each component, and the milliseconds React counts for all of them together, when a token is refreshed: the median of ${refreshes} refreshes, asked for by hand. Production build of React with its profiler (\`react-dom/profiling\`), in happy-dom.`,
      tables,
      notes: [
        'All three watch which members of their result a component touches; ours also watches what a selector returns.',
      ],
    };
  },
};
