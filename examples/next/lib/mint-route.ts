import { createSessionHandler } from '@realtime-session/server';
import { findUser } from './user';

/** Mints for the signed-in user. HTTP requests and server components share its checks and limits. */
export const mintRoute = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => {
    const id = findUser(request.headers.get('cookie'));
    return id === undefined ? null : { id };
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});
