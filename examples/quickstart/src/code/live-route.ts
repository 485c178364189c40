import { createCallHandler, openaiLive } from '@realtime-session/server/calls';
import { currentUser } from './users';

const { OPENAI_API_KEY } = process.env;

export const calls = createCallHandler({
  apiKey: OPENAI_API_KEY,
  upstream: openaiLive(),
  authorize: (request) => currentUser(request),
  session: {
    model: 'gpt-live-1.1',
    instructions: 'You are a friendly assistant.',
  },
  callLimits: { maxDurationMs: 600_000 },
});
