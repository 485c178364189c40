import { createCallHandler, openaiLive } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  upstream: openaiLive({ sideband: 'at-end' }), // no audio to this server
  session: { model: 'gpt-live-1.1', instructions: 'You are a friendly assistant.' },
});
