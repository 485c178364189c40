import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users.ts';

export const POST = createSessionHandler({
  apiKey: () => process.env['OPENAI_API_KEY'],
  authorize: (request) => currentUser(request), // { id }, or null for nobody
  session: { model: 'gpt-realtime', instructions: 'You are a friendly assistant.' },
});
