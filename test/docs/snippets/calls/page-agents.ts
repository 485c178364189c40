import { createCallHandler, openaiCalls } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1' },
  upstream: openaiCalls({ pageUpdates: 'allow' }), // the page decides about instructions and tools
});
