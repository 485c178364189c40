import { createCallHandler } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request), // { id }, or null if not signed in
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  callLimits: { maxDurationMs: 600_000 }, // ten minutes, which is also the default
});
