import type { TokenManager } from '@realtime-session/core';

export function showConnectivity(tokens: TokenManager, show: (text: string) => void): () => void {
  const release = tokens.keepFresh();
  const off = tokens.subscribe((state) => {
    if (state.status === 'loading' && state.error?.code === 'network') show('Waiting for the network …');
  });
  return () => {
    off();
    release();
  };
}
