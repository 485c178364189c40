import type { TokenManager } from '@realtime-session/core';

export function getClockSkewMs(tokens: TokenManager): number | undefined {
  const state = tokens.getState();
  return state.status === 'ready' ? state.clockSkewMs : undefined;
}
