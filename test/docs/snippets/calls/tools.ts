import { createCallHandler } from '@realtime-session/server/calls';
import { z } from 'zod';
import { currentUser } from './users';
import { findOrder } from './orders';

const parameters = z.object({ id: z.string().max(20) });

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: {
    model: 'gpt-realtime-2.1',
    instructions: 'To answer questions about an order, call lookupOrder.',
  },
  tools: {
    lookupOrder: {
      description: 'Returns the status of an order.',
      parameters,
      // The arguments are untrusted: find only what this user may see.
      run: async ({ id }: z.infer<typeof parameters>, { principal }) =>
        (await findOrder(id, principal.id)) ?? { error: 'There is no such order.' },
      timeoutMs: 5_000,
    },
  },
});
