import { createCallHandler } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  callLimits: { maxConcurrentPerPrincipal: 1, whenFull: 'replace' }, // the default refuses the second call
});
