import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  allow: ['audio.output.voice', 'audio.output.emotion'], // the second one is new
  session: { type: 'realtime', model: 'gpt-realtime-2.1', memory: { enabled: true } },
  unknownFields: 'pass',
});
