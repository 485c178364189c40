import { createTokenManager, endpoint, TokenError } from '@realtime-session/core';
import { type ConnectionError, createRealtimeConnection } from '@realtime-session/webrtc';

type Speaker = 'user' | 'assistant';

const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
const connection = createRealtimeConnection(tokens, {
  reconnectLimit: 3,
  timeoutMs: 15_000,
  maxDurationMs: 30 * 60_000,
});

/** The library's sentence is for developers: a user who is signed out needs another one. */
function explain({ cause, message }: ConnectionError): string {
  return TokenError.is(cause) && cause.status === 401 ? 'please sign in' : message;
}

export function onStatus(listener: (status: string) => void): void {
  connection.subscribe((state) => listener(state.status === 'failed' ? explain(state.error) : state.status));
}

export function onText(listener: (speaker: Speaker, text: string) => void): void {
  connection.onEvent('response.output_audio_transcript.delta', ({ delta }) => listener('assistant', delta));
  connection.onEvent('response.output_text.delta', ({ delta }) => listener('assistant', delta));
  connection.onEvent('conversation.item.input_audio_transcription.completed', ({ transcript }) =>
    listener('user', transcript),
  );
}

/** Calls the listener when the server refuses the user. */
export function onSignedOut(listener: () => void): void {
  tokens.subscribe((state) => {
    if (state.status === 'failed' && state.error.status === 401) listener();
  });
}

connection.onEvent('error', ({ error }) => console.error('Realtime error', error.message));

export function start(): void {
  void connection.connect().catch(() => {}); // the status has the error
}

/** The next call starts with the microphone on. */
export function stop(): void {
  connection.close();
  connection.unmute();
}

/** Returns whether the user is muted now. */
export function toggleMute(): boolean {
  if (connection.getState().muted) connection.unmute();
  else connection.mute();
  return connection.getState().muted;
}
