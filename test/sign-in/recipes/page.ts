import { createTokenManager, endpoint } from '@realtime-session/core';
import { createRealtimeConnection } from '@realtime-session/webrtc';

export const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
export const connection = createRealtimeConnection(tokens);

/** Calls `askToSignIn` when the mint route refuses the user. Returns a function that stops. */
export function onSignedOut(askToSignIn: () => void): () => void {
  return tokens.subscribe((state) => {
    if (state.status === 'failed' && state.error.status === 401) askToSignIn();
  });
}

/** Call it after the user signed in: forgets the refusal and the token of an earlier user. */
export function onSignedIn(): void {
  tokens.reset();
}

export async function signOut(): Promise<void> {
  connection.close(); // ends the call
  await fetch('/sign-out', { method: 'POST' });
  tokens.reset();
}
