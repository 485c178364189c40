import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

const { OPENAI_API_KEY } = process.env;

export const POST = createSessionHandler({
  apiKey: OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: {
    model: 'gpt-realtime-2.1',
    instructions: 'You are a friendly assistant.',
  },
});
