import { createTokenManager } from '@realtime-session/core';
import { createRealtimeSessionStore } from '@realtime-session/react';
import { memoryLimiter } from '@realtime-session/server';

const fresh = { value: 'ek_bench', expires_in: 3_600 };
const { signal } = new globalThis.AbortController();
const nothing = () => undefined;

function manager() {
  const tokens = createTokenManager({ fetchToken: () => fresh });
  tokens.setToken(fresh);
  return tokens;
}

/**
 * What an app or a server has many of: `among()` makes what they are added to, `add()` adds one, and returns it or what
 * takes it away again, `remove()` takes it away. `rounds` is at most how often, where once takes long.
 */
export const kinds = {
  'managers, with a token each': {
    rounds: 1,
    among: nothing,
    add: manager,
    remove: (tokens) => tokens.dispose(),
  },
  'stores of one manager, with a subscriber each': {
    rounds: 1,
    among: manager,
    add: (tokens) => createRealtimeSessionStore(tokens).subscribe(nothing),
    remove: (off) => off(),
  },
  'leases of one manager': {
    among: manager,
    add: (tokens) => tokens.keepFresh(),
    remove: (release) => release(),
  },
  'subscribers of one manager': {
    among: manager,
    add: (tokens) => tokens.subscribe(() => undefined),
    remove: (off) => off(),
  },
  'keys of one limiter': {
    among: () => memoryLimiter({ rate: { max: 30, windowMs: 60_000 }, maxKeys: 200_000 }),
    add: (limiter, index) => limiter.consume(`principal:user-${index}`, { signal }),
    remove: nothing,
  },
};
