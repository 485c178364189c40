import type { TokenManager, TokenState } from '@realtime-session/core';

/**
 * Calls a listener with the state now and after each change, and keeps the token fresh.
 * Call it in the browser only.
 *
 * @returns a function that stops both.
 */
export function watchTokens(tokens: TokenManager, listener: (state: TokenState) => void): () => void {
  listener(tokens.getState());
  const unsubscribe = tokens.subscribe((state) => listener(state));
  const release = tokens.keepFresh();
  return () => {
    release();
    unsubscribe();
  };
}
