import { BASELINE, OURS_EXPRESS, SAMPLE, servers } from '../lib/server/servers.js';
import { mintMany } from '../lib/server/load.js';
import { startServer, startUpstream } from '../lib/server/processes.js';
import { median, spread } from '../lib/stats.js';

/** Enough to keep a server busy, without a long queue. */
const CONNECTIONS = 8;

/** CPU time per mint and throughput of a server. */
async function measureCost({ request, port }, mints) {
  const before = await request('cpu');
  const { seconds } = await mintMany(port, { mints, connections: CONNECTIONS });
  const after = await request('cpu');
  const spent = after.user + after.system - before.user - before.system;
  return { cpuUs: spent / mints, perSecond: mints / seconds };
}

/** Latency in milliseconds for a single client. */
async function measureLatency({ port }, mints) {
  const { times } = await mintMany(port, { mints, connections: 1 });
  return { p50: times.percentile(50) / 1e6, p99: times.percentile(99) / 1e6 };
}

/** Short turns, so that other load on the machine affects all servers equally. */
const sizes = {
  full: { warmUp: 2_000, rounds: 60, mints: 300 },
  quick: { warmUp: 100, rounds: 1, mints: 50 },
};

async function measureAlternately(running, rounds, measure) {
  const results = running.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, server] of running.entries()) results[index].push(await measure(server));
  }
  return results;
}

function ratios(results, baseline, pick) {
  return results.map((result, round) => pick(result) / pick(baseline[round]));
}

const cpuUsOf = ({ cpuUs }) => cpuUs;

/** CPU time of the round that other load on the machine disturbed least: it can only add time. */
const leastUs = (result) => Math.min(...result.map(cpuUsOf));

const toBar = (label, value) => ({ label, value, text: value.toFixed(2), isOurs: label.startsWith('ours') });

function createCostTable(names, results) {
  const sample = results[names.indexOf(SAMPLE)];
  const proxy = results[names.indexOf(BASELINE)];
  const rows = names.map((name, index) => {
    const toSample = ratios(results[index], sample, cpuUsOf);
    const throughput = ratios(results[index], sample, ({ perSecond }) => perSecond);
    return [
      name,
      (leastUs(results[index]) / leastUs(sample)).toFixed(2),
      spread(toSample),
      (leastUs(results[index]) / leastUs(proxy)).toFixed(2),
      leastUs(results[index]).toFixed(0),
      median(throughput).toFixed(2),
    ];
  });
  const columns = [
    'server',
    'CPU, relative to the sample',
    'in single rounds',
    'CPU, relative to the bare proxy',
    'µs',
    'mints per second, relative to the sample',
  ];
  return {
    caption:
      'Eight clients; CPU time of a mint in the round that was disturbed least, and its ratio in single rounds',
    columns,
    rows,
  };
}

function createLatencyTable(names, results) {
  const rows = names.map((name, index) => {
    const sample = results[names.indexOf(SAMPLE)];
    const added = (pick) => median(results[index].map((wait, round) => pick(wait) - pick(sample[round])));
    const p50 = ({ p50 }) => p50;
    const p99 = ({ p99 }) => p99;
    return [
      name,
      median(results[index].map(p50)),
      added(p50),
      median(results[index].map(p99)),
      added(p99),
    ].map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell));
  });
  const columns = ['server', 'p50 ms', 'added', 'p99 ms', 'added'];
  return {
    caption: 'One client; milliseconds, and the difference from the official sample in the same round',
    columns,
    rows,
  };
}

/** Ours in Express, next to the sample and the bare proxy. */
function figuresOf(names, costs, latencies) {
  const of = (results, name) => results[names.indexOf(name)];
  const [ours, sample, proxy] = [OURS_EXPRESS, SAMPLE, BASELINE].map((name) => of(costs, name));
  const [late, early] = [OURS_EXPRESS, SAMPLE].map((name) => of(latencies, name));
  return {
    toSample: leastUs(ours) / leastUs(sample),
    toProxy: leastUs(ours) / leastUs(proxy),
    addedMs: median(late.map(({ p50 }, round) => p50 - early[round].p50)),
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'server',
  order: 6,
  title: 'Server cost of a mint',
  peers: ['express', 'fastify', 'hono', '@hono/node-server'],
  async run({ scale }) {
    const { warmUp, rounds, mints } = sizes[scale];
    const upstream = await startUpstream();
    const names = Object.keys(servers);
    const running = await Promise.all(names.map((name) => startServer(name, upstream.origin)));
    for (const { port } of running) await mintMany(port, { mints: warmUp, connections: 8 });
    const costs = await measureAlternately(running, rounds, (server) => measureCost(server, mints));
    const latencies = await measureAlternately(running, Math.ceil(rounds / 3), (server) =>
      measureLatency(server, mints),
    );
    await Promise.all([...running, upstream].map(({ stop }) => stop()));
    return {
      description: `A mint through our route and through the route of the official samples, which checks nothing. Each server runs in a separate process with real sockets and an API stub that responds immediately. Ours has all checks enabled: origin, \`authorize\`, two limits, an allowed field, the hashed user ID, the audit event. The CPU time is the server process (\`process.cpuUsage\`), for ${mints} mints in each of ${rounds} rounds.`,
      tables: [createCostTable(names, costs), createLatencyTable(names, latencies)],
      figures: figuresOf(names, costs, latencies),
      plot: {
        file: 'server',
        title: 'CPU time of a mint on the server',
        unit: 'relative to the route of the official samples, which checks nothing; shorter is better',
        bars: names.map((name, index) =>
          toBar(name, leastUs(costs[index]) / leastUs(costs[names.indexOf(SAMPLE)])),
        ),
      },
      notes: [
        'Clients, server and API stub share the machine. Throughput and latency compare the servers with each other; they do not show the capacity of a server.',
        'A mint over the Internet waits for the API for at least a hundred milliseconds. Compared with that, these differences are not noticeable.',
      ],
    };
  },
};
