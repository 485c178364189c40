import { BASELINE, OURS } from '../lib/server/servers.js';
import { mintMany } from '../lib/server/load.js';
import { startServer, startUpstream } from '../lib/server/processes.js';

const sizes = {
  full: { warmUp: 3_000, rounds: 6, mints: 500 },
  quick: { warmUp: 100, rounds: 1, mints: 100 },
};

/** Profiles one turn of a server and adds the result to `spent`. */
async function profileTurn({ request, port, spent }, mints) {
  await request('start-profiler');
  await mintMany(port, { mints, connections: 8 });
  for (const [category, us] of Object.entries(await request('stop-profiler')))
    spent[category] = (spent[category] ?? 0) + us;
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'server-profile',
  order: 6.2,
  title: 'Time profile of a mint',
  peers: [],
  async run({ scale }) {
    const { warmUp, rounds, mints } = sizes[scale];
    const upstream = await startUpstream();
    const servers = [];
    for (const name of [BASELINE, OURS]) {
      const server = { spent: {}, ...(await startServer(name, upstream.origin)) };
      await mintMany(server.port, { mints: warmUp, connections: 8 });
      servers.push(server);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const server of servers) await profileTurn(server, mints);
    }
    await Promise.all([...servers, upstream].map(({ stop }) => stop()));
    const [baseline, ours] = servers.map(({ spent }) => spent);
    const perMint = (spent) => (spent ?? 0) / (rounds * mints);
    const busyUs = (spent) => Object.values(spent).reduce((sum, one) => sum + one, 0) - (spent.idle ?? 0);
    const categories = [...Object.keys(ours).filter((category) => category !== 'idle'), 'all'];
    const read = (spent, category) => perMint(category === 'all' ? busyUs(spent) : spent[category]);
    const cells = categories.map((category) => ({
      category,
      baseline: read(baseline, category),
      ours: read(ours, category),
    }));
    return {
      description: `Microseconds per mint by code, measured with the V8 profiler (${rounds * mints} mints, alternating): the bare proxy, ours with \`node:http\`, and the difference as a fraction of the whole bare proxy.`,
      tables: [
        {
          columns: ['code', 'bare proxy µs', 'ours µs', 'added'],
          rows: cells
            .sort((one, other) => one.ours - other.ours)
            .map(({ category, baseline: baseUs, ours: mine }) => [
              category,
              baseUs.toFixed(0),
              mine.toFixed(0),
              ((mine - baseUs) / read(baseline, 'all')).toFixed(2),
            ]),
        },
      ],
      notes: [
        'The profiler measures wall time, so all values grow on a busy machine. The profiler itself takes a part.',
        '`fetch` is the largest part of the bare proxy. Ours passes a signal to it, which aborts the call when the client disconnects.',
      ],
    };
  },
};
