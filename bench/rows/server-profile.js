import { frameworks } from '../lib/server/frameworks.js';
import { mintMany } from '../lib/server/load.js';
import { startServer, startUpstream } from '../lib/server/processes.js';

const sizes = {
  full: { warmUp: 3_000, rounds: 6, mints: 500 },
  quick: { warmUp: 100, rounds: 1, mints: 100 },
};

const [floorName, , oursName] = Object.keys(frameworks);

/** Adds what one turn of a server took to what its turns before took. */
async function profile({ ask, port, spent }, mints) {
  await ask('profile');
  await mintMany(port, { mints, connections: 8 });
  for (const [owner, us] of Object.entries(await ask('profiled'))) spent[owner] = (spent[owner] ?? 0) + us;
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'server-profile',
  order: 6.2,
  title: 'Where a mint’s time goes',
  peers: [],
  async run({ scale }) {
    const { warmUp, rounds, mints } = sizes[scale];
    const upstream = await startUpstream();
    const servers = [];
    for (const name of [floorName, oursName]) {
      const server = { spent: {}, ...(await startServer(name, upstream.origin)) };
      await mintMany(server.port, { mints: warmUp, connections: 8 });
      servers.push(server);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const server of servers) await profile(server, mints);
    }
    await Promise.all([...servers, upstream].map(({ stop }) => stop()));
    const [floor, ours] = servers.map(({ spent }) => spent);
    const us = (spent) => (spent ?? 0) / (rounds * mints);
    const busy = (spent) => Object.values(spent).reduce((sum, one) => sum + one, 0) - (spent.nothing ?? 0);
    const lines = [...Object.keys(ours).filter((owner) => owner !== 'nothing'), 'all'];
    const of = (spent, owner) => us(owner === 'all' ? busy(spent) : spent[owner]);
    const cells = lines.map((owner) => ({ owner, floor: of(floor, owner), ours: of(ours, owner) }));
    return {
      words: `Microseconds of a mint, by whose code ran, from the engine's profiler (${rounds * mints} mints, in turns): the floor, ours through \`node:http\`, and what ours adds, in parts of the whole floor.`,
      tables: [
        {
          columns: ['whose code', 'floor µs', 'ours µs', 'added'],
          rows: cells
            .sort((one, other) => one.ours - other.ours)
            .map(({ owner, floor: base, ours: mine }) => [
              owner,
              base.toFixed(0),
              mine.toFixed(0),
              ((mine - base) / of(floor, 'all')).toFixed(2),
            ]),
        },
      ],
      notes: [
        'Wall time while a thread runs: on a busy machine all of it grows. The profiler itself takes some.',
        'What `fetch` costs is the floor’s own bulk; ours hands it a signal, so that a client that leaves ends the call.',
      ],
    };
  },
};
