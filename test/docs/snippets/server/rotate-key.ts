import { createSessionHandler } from '@realtime-session/server';
import { readSecret } from './secrets';
import { currentUser } from './users';

export const POST = createSessionHandler({
  apiKey: () => readSecret('openai-api-key'), // read for every mint
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1' },
});
