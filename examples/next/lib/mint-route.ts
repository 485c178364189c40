import { compatible, createSessionHandler, openai } from '@realtime-session/server';
import { findUser } from './user.ts';

const { OPENAI_API_KEY, OPENAI_BASE_URL } = process.env;

/** Mints for the signed-in user. HTTP requests and server components share its checks and limits. */
export const mintRoute = createSessionHandler({
  apiKey: () => OPENAI_API_KEY,
  upstream: OPENAI_BASE_URL ? compatible({ baseUrl: OPENAI_BASE_URL.replace(/\/v1$/, '') }) : openai(),
  authorize: (request) => {
    const id = findUser(request.headers.get('cookie'));
    return id === undefined ? null : { id };
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});
