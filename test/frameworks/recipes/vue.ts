import type { TokenManager, TokenState } from '@realtime-session/core';
import { onMounted, onUnmounted, shallowRef, type ShallowRef } from 'vue';
import { watchTokens } from './watch-tokens';

/** The state of a manager. Keeps its token fresh while the component is mounted. */
export function useTokenState(tokens: TokenManager): Readonly<ShallowRef<TokenState>> {
  const state = shallowRef(tokens.getInitialState());
  let stop: (() => void) | undefined;
  onMounted(() => (stop = watchTokens(tokens, (next) => (state.value = next)))); // not called on a server
  onUnmounted(() => stop?.());
  return state;
}
