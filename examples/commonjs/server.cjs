const { randomUUID } = require('node:crypto');
const { page } = require('@realtime-session/example-page');
const { createSessionHandler } = require('@realtime-session/server');
const { toExpressHandler } = require('@realtime-session/server/express');
const express = require('express');

const { PORT = '3000' } = process.env;

/** Replace this with your own authentication. Maps session ids to users. */
const users = new Map();
const findUser = (cookies) => users.get(/(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1]);

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => findUser(request.headers.get('cookie')),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});

const app = express();
app.use('/api/realtime-session', toExpressHandler(handler));
app.use(express.json());
app.post('/sign-in', (_request, response) => {
  const session = randomUUID();
  users.set(session, { id: 'ada' });
  response.cookie('session', session, { httpOnly: true, sameSite: 'strict' }).sendStatus(204);
});
app.get('/', (_request, response) => response.type('html').send(page));

app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (!error) return console.log(`open http://127.0.0.1:${PORT}`);
  const isBusy = error.message.includes('EADDRINUSE');
  console.error(isBusy ? `Port ${PORT} is already in use: set PORT to a free one.` : error.message);
  process.exitCode = 1;
});
