import { setTimeout as wait } from 'node:timers/promises';
import { servers } from '../lib/calls/servers.js';
import { createCalls } from '../lib/calls/load.js';
import { startServer, startUpstream } from '../lib/calls/processes.js';
import { median, spread } from '../lib/stats.js';

const sizes = {
  full: { rounds: 15, calls: 60, warmUp: 300 },
  quick: { rounds: 1, calls: 5, warmUp: 5 },
};

/** Creates calls one after the other, and ends them. */
async function measure(server, calls) {
  const { users, times } = await createCalls(server.port, { calls, connections: 1 });
  await server.request({ name: 'end', users });
  await wait(100);
  return median(times);
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'call-creation',
  order: 7.1,
  title: 'Latency of creating a call',
  peers: ['ws'],
  async run({ scale }) {
    const { rounds, calls, warmUp } = sizes[scale];
    const upstream = await startUpstream();
    const names = Object.keys(servers);
    const running = await Promise.all(names.map((name) => startServer(name, upstream.origin)));
    for (const server of running) await measure(server, warmUp);
    const results = names.map(() => []);
    for (let round = 0; round < rounds; round += 1)
      for (const [index, server] of running.entries()) results[index].push(await measure(server, calls));
    await Promise.all([...running, upstream].map(({ stop }) => stop()));
    const [baseline] = results;
    return {
      description: `One client creates ${calls} calls one after the other in each of ${rounds} rounds, through each server in turn; the stand-in for the API answers immediately. Milliseconds are the median of a round. Ours makes every check, takes a slot, reserves a budget, stores the call and attaches.`,
      tables: [
        {
          columns: ['server', 'ms', 'added ms', 'ratio', 'spread'],
          rows: names.map((name, index) => {
            const ratios = results[index].map((time, round) => time / baseline[round]);
            const added = results[index].map((time, round) => time - baseline[round]);
            return [
              name,
              median(results[index]).toFixed(2),
              median(added).toFixed(2),
              median(ratios).toFixed(2),
              spread(ratios),
            ];
          }),
        },
      ],
      notes: [
        'The API takes several hundred milliseconds to create a call. Compared with that, these differences are not noticeable.',
      ],
    };
  },
};
