import { compatible, createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users.ts';

const { OPENAI_API_KEY, OPENAI_BASE_URL } = process.env;

export const POST = createSessionHandler({
  apiKey: () => OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1' },
  ...(OPENAI_BASE_URL ? { upstream: compatible({ baseUrl: OPENAI_BASE_URL }) } : {}),
});
