import { bearerToken, createSessionHandler } from '@realtime-session/server';
import { findUser } from './access-tokens';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => {
    const accessToken = bearerToken(request);
    return accessToken === undefined ? null : findUser(accessToken); // { id }, or null: 401
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});
