import { playDay } from '../lib/day/play.js';
import { report } from '../lib/day/report.js';
import { SUBJECTS } from '../lib/day/subjects/all.js';

const LIFETIMES_S = [600, 60];

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'mints',
  order: 2,
  title: 'Mints for the same day of use',
  peers: ['livekit-client', '@smithy/core', '@firebase/app', '@firebase/app-check', '@tanstack/query-core'],
  async run() {
    const tables = [];
    const notes = [];
    for (const lifetimeS of LIFETIMES_S) {
      const days = [];
      for (const { name, head, create } of SUBJECTS) {
        days.push({ name, head, chapters: await playDay(create, lifetimeS) });
      }
      const reported = report(days, lifetimeS);
      tables.push(...reported.tables);
      notes.push(...reported.notes);
    }
    return {
      words:
        'One page lives through ten chapters of a day, and four more tabs through an hour, in `bench/lib/day/chapters.js`: time, sleep, visibility, network and the clock of the machine are moved by hand, the mint route takes 200 ms and judges its tokens by a clock that is right. The same every time. A dead token is one the API refused; a failed call got none; what calls waited for a token is added up where they got one.',
      tables,
      notes: [
        ...notes,
        'What fetches when asked mints least, and somebody waits for it; what is leased mints while nobody looks, and nobody waits. Both are ours, and the hook leases.',
        'Each is told what its documentation asks for: ours the answer of our mint route, with `expires_in` and a `Date`; peers `expires_at`, by which a wrong clock misleads them.',
        'Requests in outages are those sent while the mint route was down or the network away. Callers of ours sit through three tries by default, so ours sends more of them.',
        'In a browser App Check shares its token between tabs, in IndexedDB; here there is none, so its four more tabs count in full.',
        'Those by hand are in `bench/lib/day/subjects/by-hand.js`. SWR lives by the renders of React and is in the rows about it.',
      ],
    };
  },
};
