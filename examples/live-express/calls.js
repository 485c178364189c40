import { createCallHandler, openaiLive, openaiPrices } from '@realtime-session/server/calls';
import { findUser } from './users.js';

/** The call route. Live is billed by the second, and at least 15 seconds for each call. */
export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  upstream: openaiLive(),
  authorize: (request) => findUser(request.headers.get('cookie')),
  session: {
    model: 'gpt-live-1.1',
    instructions: 'You are a friendly assistant.',
    audio: { output: { voice: 'marin' } },
  },
  callLimits: {
    maxDurationMs: 300_000,
    budget: {
      cost: openaiPrices(), // US dollars
      perCall: 0.3,
      perPrincipal: { max: 2, windowMs: 86_400_000 },
    },
  },
});
