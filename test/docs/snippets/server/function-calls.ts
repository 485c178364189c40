import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: {
    type: 'realtime',
    model: 'gpt-realtime-2.1',
    instructions: 'To change the colors of the page, call set_theme.',
    tools: [
      {
        type: 'function',
        name: 'set_theme',
        description: 'Changes the colors of the page.',
        parameters: {
          type: 'object',
          properties: { theme: { type: 'string', enum: ['dark', 'light'] } },
          required: ['theme'],
        },
      },
    ],
  },
});
