import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import type { TokenManager } from '@realtime-session/core';

export async function talk(tokens: TokenManager): Promise<RealtimeSession> {
  const session = new RealtimeSession(new RealtimeAgent({ name: 'Guide' }), { transport: 'webrtc' });
  await session.connect({ apiKey: tokens.toApiKey() });
  return session;
}
