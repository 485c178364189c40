import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request), // { id }, or null if not signed in
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});
