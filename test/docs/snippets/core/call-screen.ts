import type { TokenManager } from '@realtime-session/core';

/** Keeps the token fresh while a call screen is open. Call the returned function to close it. */
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
