import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';

export async function talk(): Promise<RealtimeSession> {
  const agent = new RealtimeAgent({ name: 'Pirate', instructions: 'You are a pirate.' });
  // Transcription models need a price if the route has a budget.
  const config = { audio: { input: { transcription: { model: 'gpt-transcribe' } } } };
  const session = new RealtimeSession(agent, { transport: 'webrtc', config });
  const url = new URL('/api/realtime-call', location.href).href;
  await session.connect({ apiKey: 'ek_not-used', url }); // the cookie identifies the user
  return session;
}
