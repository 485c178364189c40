import type { TokenManager } from '@realtime-session/core';

/** While a call screen is open. The function it returns is for when it is closed. */
export function openCallScreen(tokens: TokenManager, warn: (message: string) => void): () => void {
  const unsubscribe = tokens.subscribe((state) => {
    if (state.status === 'failed') warn(state.error.message);
  });
  const release = tokens.keepFresh();
  return () => {
    release();
    unsubscribe();
  };
}
