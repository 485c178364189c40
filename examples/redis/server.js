import { randomUUID } from 'node:crypto';
import { page } from '@realtime-session/example-page';
import { createSessionHandler } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import express from 'express';
import { limiter, redis } from './limiter.js';

const { PORT = '3000' } = process.env;

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  // Replace this with your own authentication. The sessions are in Redis because any process can receive a request.
  authorize: async (request) => {
    const session = /(?:^|; )session=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
    const user = session && (await redis.get(`session:${session}`));
    return user ? { id: user } : null;
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  limiter,
});

const app = express();
app.use((_request, response, next) => {
  response.set('x-process', String(process.pid));
  next();
});
app.use('/api/realtime-session', toExpressHandler(handler));
app.post('/sign-in', async (_request, response) => {
  const session = randomUUID();
  await redis.set(`session:${session}`, 'ada', 'EX', 3600);
  response.cookie('session', session, { httpOnly: true, sameSite: 'strict' }).sendStatus(204);
});
app.get('/', (_request, response) => response.type('html').send(page));

app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (!error) return;
  const isBusy = error.message.includes('EADDRINUSE');
  console.error(isBusy ? `Port ${PORT} is already in use: set PORT to a free one.` : error.message);
  process.exit(1);
});
