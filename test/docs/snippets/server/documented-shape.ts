import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1' },
  allow: ['model', 'voice', 'modalities'], // what your pages already send
  responseFormat: 'session',
});
