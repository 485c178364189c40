import { performance } from 'node:perf_hooks';
import { CLICKS } from '../lib/click/clicks.js';
import { startBackend } from '../lib/click/backend.js';
import { median, spread } from '../lib/stats.js';

const LATENCIES_MS = [50, 200, 800];

/** On the first screen and in the chart. */
const USUAL_LATENCY_MS = 200;

/** The first event of a variant, relative to the official samples in the same round. */
function ratioToSample(rounds, variant) {
  const at = CLICKS.findIndex(({ name }) => name === variant);
  return median(rounds.map(({ clicks }) => clicks[at].eventMs / clicks[0].eventMs));
}

const toBar = (label, value) => ({
  label,
  value,
  text: `${value.toFixed(1)} ms`,
  isOurs: label.startsWith('ours'),
});

/** Runs every variant once, and the baseline: a socket with an existing token. */
async function runRound(backend, offset) {
  const token = await (await CLICKS[0].prepare(backend.mintUrl))();
  const baselineFrom = performance.now();
  await backend.waitForFirstEvent(token);
  const baselineMs = performance.now() - baselineFrom;

  const clicks = [];
  for (let step = 0; step < CLICKS.length; step += 1) {
    const at = (step + offset) % CLICKS.length;
    const getToken = await CLICKS[at].prepare(backend.mintUrl);
    const from = performance.now();
    const value = await getToken();
    const tokenMs = performance.now() - from;
    await backend.waitForFirstEvent(value);
    clicks[at] = { tokenMs, eventMs: performance.now() - from };
  }
  return { baselineMs, clicks };
}

function createTable(latencyMs, rounds) {
  const baseline = rounds.map(({ baselineMs }) => baselineMs);
  const rows = CLICKS.map(({ name }, at) => {
    const clicks = rounds.map((round) => round.clicks[at]);
    const token = clicks.map(({ tokenMs }) => tokenMs);
    const event = clicks.map(({ eventMs }) => eventMs);
    const aboveBaseline = event.map((ms, round) => ms - baseline[round]);
    const ratio = event.map((ms, round) => ms / rounds[round].clicks[0].eventMs);
    return [
      name,
      median(token).toFixed(2),
      spread(token),
      median(event).toFixed(1),
      spread(event, 1),
      median(aboveBaseline).toFixed(1),
      median(ratio).toFixed(2),
    ];
  });
  const baselineRow = [
    'baseline: a socket with an existing token',
    '',
    '',
    median(baseline).toFixed(1),
    spread(baseline, 1),
    '',
    '',
  ];
  return {
    caption: `Minting takes ${latencyMs} ms`,
    columns: [
      '',
      'click to token, ms',
      'spread',
      'click to first event, ms',
      'spread',
      'above baseline, ms',
      'relative to samples',
    ],
    rows: [baselineRow, ...rows],
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'click',
  order: 4,
  title: 'From a click to a token and to the first event',
  peers: [],
  async run({ scale }) {
    const count = scale === 'quick' ? 1 : 7;
    const backend = await startBackend();
    await backend.setMintLatency(0);
    await runRound(backend, 0); // warm-up: opens connections and compiles code
    const tables = [];
    const byLatency = new Map();
    for (const latencyMs of LATENCIES_MS) {
      await backend.setMintLatency(latencyMs);
      const rounds = [];
      for (let round = 0; round < count; round += 1) rounds.push(await runRound(backend, round));
      tables.push(createTable(latencyMs, rounds));
      byLatency.set(latencyMs, rounds);
    }
    backend.close();
    const usual = byLatency.get(USUAL_LATENCY_MS);
    return {
      description: `The time after a click until there is a token, and until \`session.created\` arrives over a WebSocket. Real sockets on loopback; our mint route and the emulator run in another process. Median and spread of ${count} rounds, in which the variants alternate. The last column compares first events of the same round.`,
      tables,
      figures: {
        latencyMs: USUAL_LATENCY_MS,
        first: ratioToSample(usual, 'ours, first call'),
        mounted: ratioToSample(usual, 'ours, mounted before'),
      },
      plot: {
        file: 'click',
        title: `From a click to the first event, if a mint takes ${USUAL_LATENCY_MS} ms`,
        unit: 'ms, median; shorter is better',
        bars: CLICKS.map(({ name }, at) =>
          toBar(name, median(usual.map(({ clicks }) => clicks[at].eventMs))),
        ),
      },
      notes: [
        'All variants use the same mint route, so its cost does not affect the differences.',
        'A token that is minted once at mount is as fast as ours, but expires: see the mints during a simulated day.',
      ],
    };
  },
};
