import { setTimeout as wait } from 'node:timers/promises';
import { createPage, libraries, readings } from '../lib/react-renders.js';
import { median, spread } from '../lib/stats.js';

const sizes = {
  full: { counts: [1, 100, 1_000], refreshes: 15 },
  quick: { counts: [1, 10], refreshes: 1 },
};

/** Longer than React needs to render, even on a busy machine. */
const SETTLE_MS = 40;

/** Renders and render time of each refresh. */
async function measure(renderMany, { library, reading, count, refreshes }) {
  const page = renderMany(library[reading], count, library.Wrapper);
  await library.refresh();
  await wait(10 * SETTLE_MS);
  const results = [];
  for (let refresh = 0; refresh < refreshes; refresh += 1) {
    Object.assign(page.totals, { renders: 0, ms: 0 });
    await library.refresh();
    await wait(SETTLE_MS);
    results.push({ ...page.totals });
  }
  page.close();
  await wait(SETTLE_MS);
  return results;
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'react-renders',
  order: 5,
  title: 'React renders per refresh',
  peers: ['@tanstack/react-query', 'swr', 'react', 'react-dom', 'happy-dom'],
  async run({ scale }) {
    const { counts, refreshes } = sizes[scale];
    const renderMany = await createPage();
    const created = [];
    for (const [name, create] of Object.entries(libraries)) created.push([name, await create()]);
    const tables = [];
    /** Milliseconds of each library, for the most components that read one changing field with a selector. */
    const figures = {};
    for (const [reading, caption] of Object.entries(readings)) {
      const rows = [];
      for (const count of counts) {
        for (const [name, library] of created) {
          const results = await measure(renderMany, { library, reading, count, refreshes });
          const renders = results.map((result) => result.renders / count);
          const times = results.map(({ ms }) => ms);
          if (reading === 'expiry' && count === counts.at(-1))
            figures[name.replaceAll('`', '')] = median(times);
          rows.push([count, name, median(renders).toFixed(2), median(times).toFixed(2), spread(times)]);
        }
      }
      const columns = ['components', 'library', 'renders per component', 'ms', 'spread'];
      tables.push({ caption: `A component reads ${caption}`, columns, rows });
    }
    return {
      description: `Renders per component, and the render time of all components according to the React profiler, when a token is refreshed: the median of ${refreshes} manual refreshes. Production build of React with its profiler (\`react-dom/profiling\`), in happy-dom.`,
      tables,
      figures: { components: counts.at(-1), ...figures },
      notes: [
        'All three track which fields of the result a component reads. Ours also compares the result of a selector.',
      ],
    };
  },
};
