import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import type { TokenManager } from '@realtime-session/core';

export async function talk(tokens: TokenManager, options: { url?: string } = {}): Promise<RealtimeSession> {
  const session = new RealtimeSession(new RealtimeAgent({ name: 'Guide' }), { transport: 'websocket' });
  await session.connect({ apiKey: tokens.toApiKey(), ...options });
  return session;
}
