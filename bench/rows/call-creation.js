import { setTimeout as wait } from 'node:timers/promises';
import { SAMPLE, servers } from '../lib/calls/servers.js';
import { createCalls } from '../lib/calls/load.js';
import { startServer, startUpstream } from '../lib/calls/processes.js';
import { median, spread } from '../lib/stats.js';

const sizes = {
  full: { rounds: 11, calls: 60, warmUp: 200 },
  quick: { rounds: 1, calls: 5, warmUp: 5 },
};

/** Creates calls one after the other, and ends them. CPU time is of the server process, for the whole path. */
async function measure(server, calls) {
  const before = await server.request({ name: 'cpu' });
  const { users, times } = await createCalls(server.port, { calls, connections: 1 });
  await server.request({ name: 'end', users });
  await wait(100);
  const after = await server.request({ name: 'cpu' });
  return {
    ms: median(times),
    cpuUs: (after.user + after.system - before.user - before.system) / calls,
  };
}

const ratios = (results, base, pick) => results.map((result, round) => pick(result) / pick(base[round]));

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'call-creation',
  order: 0.6,
  title: 'Server cost of a call: create, limit, end',
  peers: ['express', 'ws'],
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
    const sample = results[names.indexOf(SAMPLE)];
    const ms = (result) => result.ms;
    const cpuUs = (result) => result.cpuUs;
    const express = results[names.indexOf('ours, Express')];
    return {
      description: `One client creates ${calls} calls one after the other in each of ${rounds} rounds, through each server in turn; then the calls end. The stand-in for the API answers immediately. Milliseconds are the median of the creations of a round, CPU time is of the server process (\`process.cpuUsage\`) per call, from its creation to its end. Ours makes every check, takes a slot, reserves a budget, stores the call, attaches, and hangs up. The server by hand attaches and hangs up. The sample forwards the offer, and cannot end the call.`,
      tables: [
        {
          columns: [
            'server',
            'creation, ms',
            'added to the sample, ms',
            'creation, relative to the sample',
            'spread',
            'CPU per call, µs',
            'CPU, relative to the sample',
            'spread',
          ],
          rows: names.map((name, index) => {
            const added = results[index].map((result, round) => result.ms - sample[round].ms);
            const time = ratios(results[index], sample, ms);
            const cpu = ratios(results[index], sample, cpuUs);
            return [
              name,
              median(results[index].map(ms)).toFixed(2),
              median(added).toFixed(2),
              median(time).toFixed(2),
              spread(time),
              median(results[index].map(cpuUs)).toFixed(0),
              median(cpu).toFixed(2),
              spread(cpu),
            ];
          }),
        },
      ],
      figures: {
        addedMs: median(express.map((result, round) => result.ms - sample[round].ms)),
        cpu: median(ratios(express, sample, cpuUs)),
        created: median(ratios(express, sample, ms)),
      },
      notes: [
        'The API takes several hundred milliseconds to create a call. Compared with that, these differences are not noticeable.',
      ],
    };
  },
};
