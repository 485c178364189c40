import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  allow: ['audio.output.voice', 'expires_after'], // what a page may set
  session: (user, requested) => {
    if (user.id === 'eve') return null; // 403
    const instructions = `You are talking to ${user.id}.`;
    return { ...requested, type: 'realtime', model: 'gpt-realtime-2.1', instructions };
  },
  ttlSeconds: 60,
  maxOutputTokens: 1024,
});
