import { createSessionHandler } from '@realtime-session/server';
import { auth } from './auth';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: async ({ headers }) => {
    const query = { disableCookieCache: true, disableRefresh: true };
    const found = await auth.api.getSession({ headers, query });
    return found?.user ?? null; // null: 401
  },
  session: ({ name }) => ({ model: 'gpt-realtime-2.1', instructions: `You are talking to ${name}.` }),
});
