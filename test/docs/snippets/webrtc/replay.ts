import type { TokenManager } from '@realtime-session/core';
import { createRealtimeConnection, type RealtimeConnection } from '@realtime-session/webrtc';

/** Creates a call that reconnects and gives the new session the context it needs. */
export function createCall(tokens: TokenManager, summary: () => string): RealtimeConnection {
  const connection = createRealtimeConnection(tokens, {
    reconnectLimit: 8,
    onReconnect() {
      const content = [{ type: 'input_text', text: `We were talking about ${summary()}.` }];
      connection.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    },
  });
  return connection;
}
