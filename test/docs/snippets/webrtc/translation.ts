import { createTokenManager, endpoint } from '@realtime-session/core';
import { createRealtimeConnection, type RealtimeConnection } from '@realtime-session/webrtc';

/** A call that translates what the user says, for example into `es`. */
export function createTranslation(language: string, captions: HTMLElement): RealtimeConnection {
  const params = { audio: { output: { language } } };
  const tokens = createTokenManager({ fetchToken: endpoint('/api/translation'), params });
  const connection = createRealtimeConnection(tokens);
  connection.onEvent('session.output_transcript.delta', ({ delta }) => captions.append(delta));
  return connection;
}
