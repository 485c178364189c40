import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { initializeApp } from '@firebase/app';
import { CustomProvider, getToken, initializeAppCheck } from '@firebase/app-check';
import { memoizeIdentityProvider, doesIdentityRequireRefresh, isIdentityExpired } from '@smithy/core';
import { QueryClient } from '@tanstack/query-core';
import { TokenSource } from 'livekit-client';
import { Bench } from 'tinybench';
import { createWarmManager } from '../lib/managers.js';
import { median, spread } from '../lib/stats.js';

/** Reads per measurement. A single read is too fast to measure. */
const READS = 1_000;
const HOUR_MS = 3_600_000;

/** Functions that read an existing token, by name. The first one is the baseline. */
async function createReaders() {
  const tokens = await createWarmManager();
  const identity = { token: 'ek_bench', expiration: new Date(Date.now() + HOUR_MS) };
  const smithy = memoizeIdentityProvider(async () => identity, isIdentityExpired, doesIdentityRequireRefresh);
  await smithy();
  const client = new QueryClient();
  const query = { queryKey: ['token'], queryFn: async () => 'ek_bench', staleTime: HOUR_MS };
  await client.ensureQueryData(query);
  const livekit = TokenSource.custom(async () => ({
    serverUrl: 'wss://localhost',
    participantToken: createJwt(),
  }));
  await livekit.fetch({});
  const check = createAppCheck();
  await getToken(check);
  return {
    'baseline: an async function that returns a constant': async () => 'ek_bench',
    'an async function that reads `Date.now()`': async () => Date.now(),
    'an async function that reads `Date.now()` and `performance.now()`': async () =>
      Date.now() + performance.now(),
    '`getToken()`': () => tokens.getToken(),
    '`peek()`': () => tokens.peek(),
    '`toApiKey()`': tokens.toApiKey(),
    '`@smithy/core` `memoizeIdentityProvider`': () => smithy(),
    '`@tanstack/query-core` `ensureQueryData`': () => client.ensureQueryData(query),
    '`@firebase/app-check` `getToken`': () => getToken(check),
    '`livekit-client` `TokenSource.fetch`': () => livekit.fetch({}),
  };
}

function createAppCheck() {
  const provider = new CustomProvider({
    getToken: async () => ({ token: 'ek_bench', expireTimeMillis: Date.now() + HOUR_MS }),
  });
  const app = initializeApp({ projectId: 'bench', apiKey: 'bench', appId: 'bench' });
  return initializeAppCheck(app, { provider, isTokenAutoRefreshEnabled: false });
}

/** LiveKit reads the expiry from the token. */
function createJwt() {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const nowS = Math.floor(Date.now() / 1000);
  return [
    part({ alg: 'none' }),
    part({ nbf: nowS, exp: nowS + HOUR_MS / 1000, sub: 'x', video: {} }),
    'x',
  ].join('.');
}

/** Times of each reader, by round. */
async function measure(all, { rounds, timeMs }) {
  const times = new Map(all.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const bench = new Bench({ time: timeMs, warmupTime: timeMs / 2, throws: true });
    for (const [name, read] of all) {
      bench.add(name, async () => {
        for (let count = 0; count < READS; count += 1) await read();
      });
    }
    await bench.run();
    for (const { name, result } of bench.tasks) times.get(name).push(result.latency.p50);
  }
  return times;
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'warm-read',
  order: 3,
  title: 'Warm read',
  peers: ['@smithy/core', '@tanstack/query-core', '@firebase/app', '@firebase/app-check', 'livekit-client'],
  async run({ scale }) {
    const rounds = scale === 'quick' ? 1 : 7;
    const all = Object.entries(await createReaders());
    const times = await measure(all, { rounds, timeMs: scale === 'quick' ? 20 : 250 });
    const baseline = times.get(all[0][0]);
    const ratioTo = (name) => median(times.get(name).map((time, round) => time / baseline[round]));
    const rows = all.map(([name]) => {
      const ratios = times.get(name).map((time, round) => time / baseline[round]);
      return [name, median(ratios).toFixed(2), spread(ratios)];
    });
    return {
      description: `The time to read an existing token, relative to the baseline of the same round: the median and the spread of ${rounds} rounds.`,
      figures: { ours: ratioTo('`getToken()`'), smithy: ratioTo('`@smithy/core` `memoizeIdentityProvider`') },
      tables: [{ columns: ['reader', 'ratio', 'spread'], rows }],
      notes: [
        'All results are awaited. `peek()` does not return a promise, and awaiting such a value takes longer.',
        'The cost of `getToken()` is reading the two clocks. No reader that reads a clock is close to the baseline.',
      ],
    };
  },
};
