import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { initializeApp } from '@firebase/app';
import { CustomProvider, getToken, initializeAppCheck } from '@firebase/app-check';
import { memoizeIdentityProvider, doesIdentityRequireRefresh, isIdentityExpired } from '@smithy/core';
import { QueryClient } from '@tanstack/query-core';
import { TokenSource } from 'livekit-client';
import { Bench } from 'tinybench';
import { warmManager } from '../lib/managers.js';
import { median, spread } from '../lib/stats.js';

/** So many reads are timed together: one alone is shorter than it takes to look at a clock. */
const READS = 1_000;
const HOUR_MS = 3_600_000;

/** Every way to read a token that is there already, by name. The floor does nothing but answer. */
async function readers() {
  const tokens = await warmManager();
  const identity = { token: 'ek_bench', expiration: new Date(Date.now() + HOUR_MS) };
  const smithy = memoizeIdentityProvider(async () => identity, isIdentityExpired, doesIdentityRequireRefresh);
  await smithy();
  const client = new QueryClient();
  const query = { queryKey: ['token'], queryFn: async () => 'ek_bench', staleTime: HOUR_MS };
  await client.ensureQueryData(query);
  const livekit = TokenSource.custom(async () => ({ serverUrl: 'wss://localhost', participantToken: jwt() }));
  await livekit.fetch({});
  const check = appCheck();
  await getToken(check);
  return {
    'the floor: an async function that returns a constant': async () => 'ek_bench',
    'one that looks at `Date.now()`': async () => Date.now(),
    'one that looks at `Date.now()` and `performance.now()`': async () => Date.now() + performance.now(),
    '`getToken()`': () => tokens.getToken(),
    '`peek()`': () => tokens.peek(),
    '`toApiKey()`': tokens.toApiKey(),
    '`@smithy/core` `memoizeIdentityProvider`': () => smithy(),
    '`@tanstack/query-core` `ensureQueryData`': () => client.ensureQueryData(query),
    '`@firebase/app-check` `getToken`': () => getToken(check),
    '`livekit-client` `TokenSource.fetch`': () => livekit.fetch({}),
  };
}

function appCheck() {
  const provider = new CustomProvider({
    getToken: async () => ({ token: 'ek_bench', expireTimeMillis: Date.now() + HOUR_MS }),
  });
  const app = initializeApp({ projectId: 'bench', apiKey: 'bench', appId: 'bench' });
  return initializeAppCheck(app, { provider, isTokenAutoRefreshEnabled: false });
}

/** LiveKit reads the expiry out of the token itself. */
function jwt() {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const nowS = Math.floor(Date.now() / 1000);
  return [
    part({ alg: 'none' }),
    part({ nbf: nowS, exp: nowS + HOUR_MS / 1000, sub: 'x', video: {} }),
    'x',
  ].join('.');
}

/** How long each reader takes, in every round. */
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
  title: 'A warm read',
  peers: ['@smithy/core', '@tanstack/query-core', '@firebase/app', '@firebase/app-check', 'livekit-client'],
  async run({ scale }) {
    const rounds = scale === 'quick' ? 1 : 7;
    const all = Object.entries(await readers());
    const times = await measure(all, { rounds, timeMs: scale === 'quick' ? 20 : 250 });
    const floor = times.get(all[0][0]);
    const rows = all.map(([name]) => {
      const ratios = times.get(name).map((time, round) => time / floor[round]);
      return [name, median(ratios).toFixed(2), spread(ratios)];
    });
    return {
      words: `How long a token that is there takes to be read, against the floor of the same round; the median of ${rounds} rounds and their spread.`,
      tables: [{ columns: ['reader', 'ratio', 'spread'], rows }],
      notes: [
        'All are awaited, `peek()` too, which answers no promise: that takes longer than awaiting a promise.',
        'What `getToken()` costs is the two clocks. No reader that looks at a clock comes close to the floor.',
      ],
    };
  },
};
