import type { TokenManager, TokenState } from '@realtime-session/core';
import { createSubscriber } from 'svelte/reactivity';
import { watchTokens } from './watch-tokens';

/** The state of a manager. Keeps its token fresh while a component shows it. */
export function createTokenState(tokens: TokenManager): { readonly current: TokenState } {
  const subscribe = createSubscriber((update) => watchTokens(tokens, update)); // does nothing on a server
  return {
    get current() {
      subscribe();
      return tokens.getState();
    },
  };
}
