import { createCallHandler, openaiLive } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  upstream: openaiLive({
    page: {
      send: ['session.close', 'session.input_audio.mute', 'session.input_audio.unmute'],
      receive: 'all', // the instructions are not secret
    },
  }),
  session: { model: 'gpt-live-1.1', instructions: 'You are a friendly assistant.' },
});
