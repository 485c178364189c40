import { createCallHandler, openaiLive } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request), // { id }, or null if not signed in
  upstream: openaiLive(),
  session: {
    model: 'gpt-live-1.1',
    audio: { output: { voice: 'marin' } },
    instructions: 'You are a friendly assistant.',
  },
  callLimits: { maxDurationMs: 600_000 },
});
