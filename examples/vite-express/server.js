import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { compatible, createSessionHandler, openai } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import express from 'express';

const { OPENAI_API_KEY, OPENAI_BASE_URL, PORT = '3000' } = process.env;

/** Stands in for your sign-in: who has which session. */
const users = new Map();
const userOf = (cookies) => users.get(/(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1]);

const handler = createSessionHandler({
  apiKey: () => OPENAI_API_KEY,
  upstream: OPENAI_BASE_URL ? compatible({ baseUrl: OPENAI_BASE_URL }) : openai(),
  authorize: (request) => userOf(request.headers.get('cookie')),
  session: { model: 'gpt-realtime', instructions: 'You are a friendly assistant.' },
});

const app = express();
app.use('/api/realtime-session', toExpressHandler(handler));
app.use(express.json());
app.post('/api/sign-in', (_request, response) => {
  const session = randomUUID();
  users.set(session, { id: 'ada' });
  // Where the page opens calls with its tokens.
  const callsUrl = `${OPENAI_BASE_URL ?? 'https://api.openai.com/v1'}/realtime/calls`;
  response.cookie('session', session, { httpOnly: true, sameSite: 'strict' }).json({ id: 'ada', callsUrl });
});
// What `vite build` made.
app.use(express.static(fileURLToPath(new URL('dist', import.meta.url))));

app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (!error) return console.log(`open http://127.0.0.1:${PORT}`);
  const isBusy = error.message.includes('EADDRINUSE');
  console.error(isBusy ? `Port ${PORT} is already in use: set PORT to a free one.` : error.message);
  process.exitCode = 1;
});
