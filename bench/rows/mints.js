import { CLIENTS } from '../lib/day/clients.js';
import { createReport } from '../lib/day/report.js';
import { runDay, sumCounts } from '../lib/day/run-day.js';

const LIFETIMES_S = [600, 60];

/** The mints of ours on demand, and of the official samples next to it. */
function figuresOf(days) {
  const totalOf = (pattern) => sumCounts(days.find(({ name }) => pattern.test(name)).chapters);
  const ours = totalOf(/^ours, on demand/);
  const sample = totalOf(/mint per call/);
  return {
    ours: ours.mints,
    sample: sample.mints / ours.mints,
    leased: totalOf(/^ours, leased \(/).mints / ours.mints,
    rejected: ours.rejected,
    sampleFailed: sample.failed,
    oursFailed: ours.failed,
    rejectedAtMount: totalOf(/one mint at mount/).rejected,
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'mints',
  order: 2,
  title: 'Mints during a simulated day',
  peers: ['livekit-client', '@smithy/core', '@firebase/app', '@firebase/app-check', '@tanstack/query-core'],
  async run() {
    const tables = [];
    const notes = [];
    let figures;
    for (const lifetimeS of LIFETIMES_S) {
      const days = [];
      for (const { name, shortName, create } of CLIENTS) {
        days.push({ name, shortName, chapters: await runDay(create, lifetimeS) });
      }
      figures ??= figuresOf(days);
      const report = createReport(days, lifetimeS);
      tables.push(...report.tables);
      notes.push(...report.notes);
    }
    return {
      description:
        'A page runs through ten chapters of a day, and four more tabs through one hour (`bench/lib/day/chapters.js`). Time, sleep, visibility, network and system clock are simulated, so every run gives the same numbers. The mint route takes 200 ms and has a correct clock. A rejected token is one that the API did not accept; a failed call did not get a token; the waiting time is the sum over the calls that got a token.',
      tables,
      figures,
      notes: [
        ...notes,
        'Fetching on demand mints least, but callers wait. A lease mints in advance, so callers do not wait. Ours supports both; the hook uses a lease.',
        'Each client receives what its documentation asks for: ours the response of our mint route with `expires_in` and a `Date` header, the others `expires_at`, which a wrong system clock makes inaccurate.',
        'Requests during outages were sent while the mint route or the network was down. Ours makes three attempts by default before it rejects a caller, so it sends more of them.',
        'In a browser, App Check shares its token between tabs through IndexedDB. The simulation has no IndexedDB, so its four more tabs do not share.',
        'The manual clients are in `bench/lib/day/clients.js`. SWR depends on React renders and is part of the React row.',
      ],
    };
  },
};
