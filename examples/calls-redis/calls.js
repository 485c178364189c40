import { createCallHandler, openaiPrices, redisCallStore } from '@realtime-session/server/calls';
import { findUser, redis } from './users.js';

const { OPENAI_API_KEY, SAFETY_IDENTIFIER_KEY = 'for-this-demo-only' } = process.env;

/** The call route. Limits, calls and spend are in Redis, so that all processes share them. */
export const calls = createCallHandler({
  apiKey: OPENAI_API_KEY,
  authorize: (request) => findUser(request.headers.get('cookie')),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  maxOutputTokens: 1024,
  callLimits: {
    maxDurationMs: 300_000,
    budget: {
      cost: openaiPrices(), // US dollars
      perCall: 0.1,
      perPrincipal: { max: 1, windowMs: 86_400_000 },
    },
  },
  // The key of the hashes in Redis: a secret, and the same in every process.
  safetyIdentifierKey: SAFETY_IDENTIFIER_KEY,
  store: redisCallStore(redis),
  onCall: (call) =>
    console.log(`process ${process.pid} ${call.resumed === 'yes' ? 'took over' : 'created'} a call`),
});
