import { createCallHandler, openaiLive } from '@realtime-session/server/calls';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  upstream: openaiLive(),
  session: {
    model: 'gpt-live-1.1',
    // How to talk, and when to delegate.
    instructions: 'You are the assistant of a shop. Delegate every question about products.',
    delegation: {
      type: 'responses',
      responses: {
        model: 'gpt-5.4-mini',
        // How to do the work.
        instructions: 'Look up products before you answer.',
        tools: [{ type: 'mcp', server_label: 'shop', server_url: 'https://mcp.shop.example' }],
      },
    },
  },
});
