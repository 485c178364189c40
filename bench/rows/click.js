import { performance } from 'node:perf_hooks';
import { CLICKS } from '../lib/click/clicks.js';
import { openStand } from '../lib/click/stand.js';
import { median, spread } from '../lib/stats.js';

const LATENCIES_MS = [50, 200, 800];

/** Every way once, and the floor: a socket that is opened with a token at hand. */
async function playRound(stand, offset) {
  const token = await (await CLICKS[0].prepare(stand.mintUrl))();
  const floorFrom = performance.now();
  await stand.firstEvent(token);
  const floorMs = performance.now() - floorFrom;

  const clicks = [];
  for (let step = 0; step < CLICKS.length; step += 1) {
    const at = (step + offset) % CLICKS.length;
    const take = await CLICKS[at].prepare(stand.mintUrl);
    const from = performance.now();
    const value = await take();
    const tokenMs = performance.now() - from;
    await stand.firstEvent(value);
    clicks[at] = { tokenMs, eventMs: performance.now() - from };
  }
  return { floorMs, clicks };
}

function tableOf(latencyMs, rounds) {
  const floor = rounds.map(({ floorMs }) => floorMs);
  const rows = CLICKS.map(({ name }, at) => {
    const clicks = rounds.map((round) => round.clicks[at]);
    const token = clicks.map(({ tokenMs }) => tokenMs);
    const event = clicks.map(({ eventMs }) => eventMs);
    const beyond = event.map((ms, round) => ms - floor[round]);
    const ratio = event.map((ms, round) => ms / rounds[round].clicks[0].eventMs);
    return [
      name,
      median(token).toFixed(2),
      spread(token),
      median(event).toFixed(1),
      spread(event, 1),
      median(beyond).toFixed(1),
      median(ratio).toFixed(2),
    ];
  });
  const none = [
    'the floor: a socket with a token at hand',
    '',
    '',
    median(floor).toFixed(1),
    spread(floor, 1),
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
      'beyond the floor, ms',
      'against the samples',
    ],
    rows: [none, ...rows],
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'click',
  order: 4,
  title: 'From the click to a token, and to the first event',
  peers: [],
  async run({ scale }) {
    const count = scale === 'quick' ? 1 : 7;
    const stand = await openStand();
    await stand.setMintLatency(0);
    await playRound(stand, 0); // connections are open and code is compiled for everyone
    const tables = [];
    for (const latencyMs of LATENCIES_MS) {
      await stand.setMintLatency(latencyMs);
      const rounds = [];
      for (let round = 0; round < count; round += 1) rounds.push(await playRound(stand, round));
      tables.push(tableOf(latencyMs, rounds));
    }
    stand.close();
    return {
      words: `How long somebody waits who presses the button, over real sockets on loopback: our mint route with the emulator behind it in another process, a WebSocket until \`session.created\`. Medians of ${count} rounds and their spread; the ways take turns, and the last column compares first events of the same round.`,
      tables,
      notes: [
        'All ways use the same mint route, so its cost is in none of the differences.',
        'What is fetched at mount and kept waits as little as ours, and hands out dead tokens: see the mints for the same day of use.',
      ],
    };
  },
};
