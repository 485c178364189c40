import { createSessionHandler } from '@realtime-session/server';
import { toNextHandler } from '@realtime-session/server/next';
import { auth } from './next-auth';

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: async () => {
    const session = await auth();
    return session?.user?.id ? { id: session.user.id } : null; // null: 401
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});

const route = toNextHandler(handler);
export { route as OPTIONS, route as POST };
