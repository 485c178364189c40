import { createCallHandler, openaiPrices } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  maxOutputTokens: 1024, // limits what one response can cost
  callLimits: {
    budget: {
      cost: openaiPrices(), // US dollars
      perCall: 0.5,
      perPrincipal: { max: 2, windowMs: 86_400_000 }, // two dollars a day
    },
  },
});
