import { bearerToken, createSessionHandler } from '@realtime-session/server';
import { findUser } from './access-tokens';

export const route = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => findUser(bearerToken(request)),
  allowedOrigins: ['https://app.example.com'],
  session: { model: 'gpt-realtime-2.1' },
});
