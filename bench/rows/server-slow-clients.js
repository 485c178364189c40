import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { BASELINE, OURS_EXPRESS, servers } from '../lib/server/servers.js';
import { formatRequest, mintMany } from '../lib/server/load.js';
import { startServer, startUpstream } from '../lib/server/processes.js';

/** Connections that are opened at the same time. More would wait in the queue of the server. */
const BATCH = 250;
const CONNECT_TIMEOUT_MS = 30_000;

/** Opens a connection, announces a body and sends only its first byte. */
async function openSlowClient(port) {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(formatRequest('{', 40), 'latin1');
  return socket;
}

async function openSlowClients(port, count) {
  const sockets = [];
  while (sockets.length < count) {
    const size = Math.min(BATCH, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: size }, () => openSlowClient(port)))));
  }
  return sockets;
}

/** Waits until the server has this number of connections. */
async function waitForConnections({ request }, count) {
  const endMs = Date.now() + CONNECT_TIMEOUT_MS;
  for (;;) {
    const connections = await request('connections');
    if (connections === count) return;
    if (Date.now() > endMs) throw new Error(`The server has ${connections} connections, not ${count}.`);
    await wait(50);
  }
}

/** Limits the count to what the open file limit of this process allows. */
function limitToOpenFiles(count) {
  const { soft } = process.report.getReport().userLimits.open_files;
  return soft === 'unlimited' ? count : Math.min(count, Number(soft) - 500);
}

/** Bytes per client while the clients hang, and heap bytes that remain when they are gone. */
async function measureSlowClients(server, count) {
  await waitForConnections(server, 0);
  const before = await server.request('memory');
  const sockets = await openSlowClients(server.port, count);
  await waitForConnections(server, count);
  const during = await server.request('memory');
  for (const socket of sockets) socket.destroy();
  await waitForConnections(server, 0);
  // Cleanup runs shortly after a connection closes.
  await wait(500);
  const after = await server.request('memory');
  return {
    resident: (during.rss - before.rss) / count,
    heap: (during.heap - before.heap) / count,
    remaining: (after.heap - before.heap) / count,
  };
}

const counts = { full: 10_000, quick: 100 };

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

async function measureServer(name, origin, count) {
  const server = await startServer(name, origin);
  await mintMany(server.port, { mints: 500, connections: 8 });
  const { resident, heap, remaining } = await measureSlowClients(server, count);
  // The server still serves other clients.
  await mintMany(server.port, { mints: 10, connections: 1 });
  await server.stop();
  return { name, resident, heap, remaining };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'server-slow-clients',
  order: 6.1,
  title: 'Memory under slow clients',
  peers: ['express', 'fastify', 'hono', '@hono/node-server'],
  async run({ scale }) {
    const count = limitToOpenFiles(counts[scale]);
    // The sample does not read the body, so slow clients do not use its memory.
    const names = Object.keys(servers).filter((name) => !name.includes('sample'));
    const upstream = await startUpstream();
    const results = [];
    for (const name of names) results.push(await measureServer(name, upstream.origin, count));
    await upstream.stop();
    const baseline = results.find(({ name }) => name === BASELINE);
    return {
      description: `${count} clients announce a body, send its first byte and then hang. The columns are kilobytes of server memory per client after garbage collection; “remaining” is heap that is still in use after the clients disconnected.`,
      tables: [
        {
          columns: ['server', 'resident', 'heap', 'heap, relative to the bare proxy', 'remaining'],
          rows: results.map(({ name, resident, heap, remaining }) => [
            name,
            kilobytes(resident),
            kilobytes(heap),
            (heap / baseline.heap).toFixed(2),
            kilobytes(remaining),
          ]),
        },
      ],
      figures: { heap: results.find(({ name }) => name === OURS_EXPRESS).heap / baseline.heap },
      notes: [
        'Ours closes slow connections after `timeoutMs` (10 s by default, two minutes here). The others wait for the timeout of Node, five minutes.',
      ],
    };
  },
};
