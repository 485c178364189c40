import { setTimeout as wait } from 'node:timers/promises';
import { BY_HAND, OURS } from '../lib/calls/servers.js';
import { createCalls } from '../lib/calls/load.js';
import { startServer, startUpstream } from '../lib/calls/processes.js';

const sizes = {
  full: { counts: [100, 1000], seconds: 10, settleMs: 11_000 },
  quick: { counts: [10, 20], seconds: 1, settleMs: 500 },
};

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

/** A call that ended early would make the others look cheap. */
async function checkAttached(upstream, { name, count }) {
  const { attached } = await upstream.request({});
  if (attached !== count) throw new Error(`${name}: ${attached} of ${count} calls are supervised.`);
}

/** Memory per call, and CPU time per minute of a call. */
async function measure(name, upstream, { count, seconds, settleMs }) {
  const server = await startServer(name, upstream.origin);
  // Loads what the first calls load.
  const first = await createCalls(server.port, { calls: 20, connections: 4 });
  await server.request({ name: 'end', users: first.users });
  await wait(500);
  const before = await server.request({ name: 'memory' });
  await createCalls(server.port, { calls: count, connections: 8 });
  // Every call has a turn.
  await wait(settleMs);
  const sentBefore = (await upstream.request({})).sent;
  const cpuBefore = await server.request({ name: 'cpu' });
  await wait(seconds * 1000);
  const cpuAfter = await server.request({ name: 'cpu' });
  const sent = (await upstream.request({})).sent - sentBefore;
  const after = await server.request({ name: 'memory' });
  await checkAttached(upstream, { name, count });
  await server.stop();
  const cpuMs = (cpuAfter.user + cpuAfter.system - cpuBefore.user - cpuBefore.system) / 1000;
  return {
    name,
    count,
    heap: (after.heap - before.heap) / count,
    cpu: cpuMs / count / (seconds / 60),
    events: sent / count / (seconds / 60),
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'supervised-calls',
  order: 7,
  title: 'Supervised calls in one process',
  peers: ['ws'],
  async run({ scale }) {
    const { counts, seconds, settleMs } = sizes[scale];
    const names = [BY_HAND, OURS];
    const upstream = await startUpstream();
    const results = [];
    for (const count of counts)
      for (const name of names) results.push(await measure(name, upstream, { count, seconds, settleMs }));
    await upstream.stop();
    const first = (name) => results.find((result) => result.name === name);
    const peer = (count) => results.find((result) => result.count === count);
    const last = counts.at(-1);
    const ours = results.find(({ name, count }) => name === OURS && count === last);
    return {
      description: `Each server supervises calls over real sockets; a stand-in for the API in another process sends each of them the events of a turn every ten seconds. Memory is per call after garbage collection, in kilobytes; CPU time is of the server process (\`process.cpuUsage\`), in milliseconds per minute of a call, over ${seconds} s. Ours has every limit, a budget and a heartbeat; the server by hand parses each event, adds up tokens and has one timer per call.`,
      tables: [
        {
          columns: [
            'server',
            'calls',
            'events per minute',
            'heap per call, kB',
            `relative to ${counts[0]} calls`,
            'CPU per minute, ms',
            `relative to ${counts[0]} calls`,
            'CPU, relative to by hand',
            'heap, relative to by hand',
          ],
          rows: results.map(({ name, count, events, heap, cpu }) => [
            name,
            count,
            events.toFixed(0),
            kilobytes(heap),
            (heap / first(name).heap).toFixed(2),
            cpu.toFixed(1),
            (cpu / first(name).cpu).toFixed(2),
            (cpu / peer(count).cpu).toFixed(2),
            (heap / peer(count).heap).toFixed(2),
          ]),
        },
      ],
      figures: {
        calls: last,
        heap: ours.heap / peer(last).heap,
        heapBytes: ours.heap,
        cpu: ours.cpu / peer(last).cpu,
      },
      notes: [
        'A call without a supervisor costs a server nothing after its creation. The server by hand reattaches nothing, knows no idle time, and does not survive its process.',
        'Ratios below 1 at more calls are fixed costs and idle time that is shared by more calls.',
      ],
    };
  },
};
