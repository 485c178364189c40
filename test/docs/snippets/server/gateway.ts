import { compatible, createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1' },
  upstream: compatible({
    baseUrl: 'https://gateway.internal.example.com/v1',
    headers: { 'x-team': 'support' },
    callsUrl: 'https://voice.example.com/v1/realtime/calls',
  }),
});
