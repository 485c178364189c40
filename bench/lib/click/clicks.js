import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokenManager, endpoint } from '@realtime-session/core';

/** From the pointer on the button to the click. */
const HOVER_MS = 300;

/** So far into a token of ten minutes that it is in its last one. */
const INTO_LAST_MINUTE_MS = 550_000;

/** One way from a click to a token. `prepare` is what happened before; what it gives is called at the click. */
export const CLICKS = [
  {
    name: 'by hand, at each click, as the official samples',
    prepare: async (mintUrl) => () => mintByHand(mintUrl),
  },
  {
    name: 'by hand, at mount, and kept',
    async prepare(mintUrl) {
      const token = await mintByHand(mintUrl);
      return async () => token;
    },
  },
  {
    name: 'ours, never asked before',
    prepare: async (mintUrl) => valueOf(createTokenManager({ fetchToken: endpoint(mintUrl) })),
  },
  {
    name: `ours, \`prefetch()\` at the pointer ${HOVER_MS} ms before`,
    async prepare(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl) });
      tokens.prefetch();
      await sleep(HOVER_MS);
      return valueOf(tokens);
    },
  },
  {
    name: 'ours, warm: mounted before',
    async prepare(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl) });
      await tokens.getToken();
      return valueOf(tokens);
    },
  },
  {
    name: 'ours, in the last minute of its token',
    async prepare(mintUrl) {
      const environment = environmentAhead();
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl), environment });
      await tokens.getToken();
      environment.skip(INTO_LAST_MINUTE_MS);
      return valueOf(tokens);
    },
  },
];

const valueOf = (tokens) => async () => (await tokens.getToken()).value;

async function mintByHand(mintUrl) {
  const response = await globalThis.fetch(mintUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { value } = await response.json();
  return value;
}

/** This machine, whose time can be ahead. */
function environmentAhead() {
  let aheadMs = 0;
  return {
    skip(ms) {
      aheadMs += ms;
    },
    clock: {
      nowMs: () => Date.now() + aheadMs,
      monotonicMs: () => performance.now() + aheadMs,
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
