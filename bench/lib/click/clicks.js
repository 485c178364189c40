import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokenManager, endpoint } from '@realtime-session/core';

/** From hovering over the button to the click. */
const HOVER_MS = 300;

/** In the last minute of a ten-minute token. */
const INTO_LAST_MINUTE_MS = 550_000;

/** Variants of getting a token on a click. `prepare` runs before the click and returns what runs on the click. */
export const CLICKS = [
  {
    name: 'by hand, at each click, as the official samples',
    prepare: async (mintUrl) => () => mintManually(mintUrl),
  },
  {
    name: 'manual: one mint at mount',
    async prepare(mintUrl) {
      const token = await mintManually(mintUrl);
      return async () => token;
    },
  },
  {
    name: 'ours, first call',
    prepare: async (mintUrl) => valueGetter(createTokenManager({ fetchToken: endpoint(mintUrl) })),
  },
  {
    name: `ours, \`prefetch()\` on hover ${HOVER_MS} ms before`,
    async prepare(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl) });
      tokens.prefetch();
      await sleep(HOVER_MS);
      return valueGetter(tokens);
    },
  },
  {
    name: 'ours, mounted before',
    async prepare(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl) });
      await tokens.getToken();
      return valueGetter(tokens);
    },
  },
  {
    name: 'ours, in the last minute of the token',
    async prepare(mintUrl) {
      const environment = createSkippingEnvironment();
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl), environment });
      await tokens.getToken();
      environment.skip(INTO_LAST_MINUTE_MS);
      return valueGetter(tokens);
    },
  },
];

const valueGetter = (tokens) => async () => (await tokens.getToken()).value;

async function mintManually(mintUrl) {
  const response = await globalThis.fetch(mintUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { value } = await response.json();
  return value;
}

/** The environment of this process with a clock that can skip time. */
function createSkippingEnvironment() {
  let skippedMs = 0;
  return {
    skip(ms) {
      skippedMs += ms;
    },
    clock: {
      nowMs: () => Date.now() + skippedMs,
      monotonicMs: () => performance.now() + skippedMs,
      setTimer(run, delayMs) {
        const timer = globalThis.setTimeout(run, delayMs);
        return () => globalThis.clearTimeout(timer);
      },
    },
    random: Math.random,
    isVisible: () => true,
    isOnline: () => true,
    onChange: () => () => undefined,
  };
}
