import { costOf, waitOf } from '../lib/server/cost.js';
import { frameworks } from '../lib/server/frameworks.js';
import { mintMany } from '../lib/server/load.js';
import { startServer, startUpstream } from '../lib/server/processes.js';
import { median, spread } from '../lib/stats.js';

/** Short turns, so that what else the machine does hits all servers alike. */
const sizes = {
  full: { warmUp: 3_000, rounds: 21, mints: 300 },
  quick: { warmUp: 100, rounds: 1, mints: 50 },
};

async function inTurn(servers, rounds, measure) {
  const results = servers.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, server] of servers.entries()) results[at].push(await measure(server));
  }
  return results;
}

function ratios(mine, floor, of) {
  return mine.map((result, round) => of(result) / of(floor[round]));
}

function costTable(names, results) {
  const [floor] = results;
  const rows = names.map((name, at) => {
    const cpu = ratios(results[at], floor, ({ cpuUs }) => cpuUs);
    const through = ratios(results[at], floor, ({ perSecond }) => perSecond);
    const us = median(results[at].map(({ cpuUs }) => cpuUs)).toFixed(0);
    return [name, median(cpu).toFixed(2), spread(cpu), us, median(through).toFixed(2)];
  });
  const columns = ['server', 'CPU per mint', 'spread', 'µs', 'mints a second'];
  return { caption: 'Eight clients at once; ratios against the floor of the same round', columns, rows };
}

function waitTable(names, results) {
  const rows = names.map((name, at) => {
    const added = (of) => median(results[at].map((wait, round) => of(wait) - of(results[0][round])));
    const p50 = ({ p50 }) => p50;
    const p99 = ({ p99 }) => p99;
    return [name, median(results[at].map(p50)), added(p50), median(results[at].map(p99)), added(p99)].map(
      (cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell),
    );
  });
  const columns = ['server', 'p50 ms', 'added', 'p99 ms', 'added'];
  return {
    caption: 'One client alone; milliseconds, and what is added to the floor of the same round',
    columns,
    rows,
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'server',
  order: 6,
  title: 'What a mint costs the server',
  peers: ['express', 'fastify', 'hono', '@hono/node-server'],
  async run({ scale }) {
    const { warmUp, rounds, mints } = sizes[scale];
    const upstream = await startUpstream();
    const names = Object.keys(frameworks);
    const servers = await Promise.all(names.map((name) => startServer(name, upstream.origin)));
    for (const { port } of servers) await mintMany(port, { mints: warmUp, connections: 8 });
    const costs = await inTurn(servers, rounds, (server) => costOf(server, mints));
    const waits = await inTurn(servers, Math.ceil(rounds / 3), (server) => waitOf(server, mints));
    await Promise.all([...servers, upstream].map(({ stop }) => stop()));
    return {
      words: `Each server in a process of its own, on real sockets, before a stand-in for the API that answers at once. Ours has every check on: origin, \`authorize\`, two limits, an allowed field, the hashed user, the audit event. Processor time is the server's own (\`process.cpuUsage\`), ${mints} mints in each of ${rounds} rounds.`,
      tables: [costTable(names, costs), waitTable(names, waits)],
      notes: [
        'Clients, server and stand-in share the machine, so mints a second and waits say how the servers compare, not what one of them can do.',
        'A mint over the Internet waits for the API a hundred milliseconds and more; beside that none of this is felt.',
      ],
    };
  },
};
