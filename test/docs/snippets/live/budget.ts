import { createCallHandler, openaiLive, openaiPrices } from '@realtime-session/server/calls';
import { currentUser } from './users';

// Dollars for a million tokens: use the numbers of your model.
const backend = { input: 1, cachedInput: 0.1, output: 8 };

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  upstream: openaiLive(),
  session: {
    model: 'gpt-live-1.1',
    delegation: { type: 'responses', responses: { model: 'gpt-5.4-mini' } },
  },
  callLimits: {
    budget: { perCall: 0.5, cost: openaiPrices({ models: { 'gpt-5.4-mini': backend } }) },
  },
});
