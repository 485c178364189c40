import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import type { TokenManager } from '@realtime-session/core';

// Without it, this client asks for a transcription model that shuts down on 2027-02-26.
const config = { audio: { input: { transcription: { model: 'gpt-transcribe' } } } };

export async function talk(tokens: TokenManager): Promise<RealtimeSession> {
  const agent = new RealtimeAgent({ name: 'Guide' });
  const session = new RealtimeSession(agent, { transport: 'webrtc', config });
  await session.connect({ apiKey: tokens.toApiKey() });
  return session;
}
