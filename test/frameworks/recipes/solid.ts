import type { TokenManager, TokenState } from '@realtime-session/core';
import { createSignal, onCleanup, onMount, type Accessor } from 'solid-js';
import { watchTokens } from './watch-tokens';

/** The state of a manager. Keeps its token fresh while the component is mounted. */
export function createTokenState(tokens: TokenManager): Accessor<TokenState> {
  const [state, setState] = createSignal(tokens.getInitialState());
  onMount(() => onCleanup(watchTokens(tokens, setState))); // not called on a server
  return state;
}
