import { frameworks } from '../lib/server/frameworks.js';
import { mintMany } from '../lib/server/load.js';
import { startServer, startUpstream } from '../lib/server/processes.js';
import { affordable, memoryOfSlowClients } from '../lib/server/slow-clients.js';

const counts = { full: 10_000, quick: 100 };

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

async function measured(name, origin, count) {
  const server = await startServer(name, origin);
  await mintMany(server.port, { mints: 500, connections: 8 });
  const { resident, heap, left } = await memoryOfSlowClients(server, count);
  // Whoever has waited behind them is served.
  await mintMany(server.port, { mints: 10, connections: 1 });
  await server.stop();
  return { name, resident, heap, left };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'server-slow-clients',
  order: 6.1,
  title: 'Memory under slow clients',
  peers: ['express', 'fastify', 'hono', '@hono/node-server'],
  async run({ scale }) {
    const count = affordable(counts[scale]);
    // The sample reads no body: it has answered, and hung up, before a slow client could take anything of it.
    const names = Object.keys(frameworks).filter((name) => !name.includes('sample'));
    const upstream = await startUpstream();
    const results = [];
    for (const name of names) results.push(await measured(name, upstream.origin, count));
    await upstream.stop();
    const [floor] = results;
    return {
      words: `${count} clients that announce a body, send its first byte and then hang. Kilobytes of the server's memory for each, after a collection, and what is left of each on the heap when they are gone.`,
      tables: [
        {
          columns: ['server', 'resident', 'heap', 'heap against the floor', 'left'],
          rows: results.map(({ name, resident, heap, left }) => [
            name,
            kilobytes(resident),
            kilobytes(heap),
            (heap / floor.heap).toFixed(2),
            kilobytes(left),
          ]),
        },
      ],
      notes: [
        'Ours ends each of them after `timeoutMs` (10 s by default, two minutes here); the others wait as long as Node does, five minutes.',
      ],
    };
  },
};
