import { ExpressAuth, getSession } from '@auth/express';
import { createSessionHandler } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import express, { type Request } from 'express';
import { authConfig } from './auth-config';

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: async (_request, { incoming }) => {
    const session = await getSession(incoming as Request, authConfig);
    return session?.user?.id ? { id: session.user.id } : null; // null: 401
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});

export const app = express();
app.use('/auth', ExpressAuth(authConfig));
app.use('/api/realtime-session', toExpressHandler(handler));
