import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryLimiter } from '@realtime-session/server';
import express from 'express';
import { startStandIn } from './stand-in.js';

const { DEEPGRAM_API_KEY, PORT = '3000' } = process.env;
const deepgram = DEEPGRAM_API_KEY
  ? { apiKey: DEEPGRAM_API_KEY, url: 'https://api.deepgram.com' }
  : await startStandIn();

/** Stands in for your sign-in: who has which session. */
const users = new Map();
const userOf = (cookies) => users.get(/(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1]);

const limiter = memoryLimiter({ rate: { max: 30, windowMs: 60_000 } });

const app = express();
// The mint route of this issuer: only its key is kept back, and what it answers is passed on.
app.post('/api/speech-token', async (request, response) => {
  response.set('cache-control', 'no-store');
  const user = userOf(request.headers.cookie);
  if (!user) return response.status(401).json({ title: 'Sign in.' });
  const { allowed } = await limiter.consume(user.id, { signal: AbortSignal.timeout(200) });
  if (!allowed) return response.status(429).json({ title: 'Wait a moment.' });
  const headers = { authorization: `Token ${deepgram.apiKey}` };
  const granted = await fetch(`${deepgram.url}/v1/auth/grant`, { method: 'POST', headers });
  if (!granted.ok) return response.status(502).json({ title: 'The issuer gave no token.' });
  const { access_token, expires_in } = await granted.json();
  return response.json({ access_token, expires_in });
});
app.post('/sign-in', (_request, response) => {
  const session = randomUUID();
  users.set(session, { id: 'ada' });
  const listenUrl = `${deepgram.url.replace(/^http/, 'ws')}/v1/listen`;
  response.cookie('session', session, { httpOnly: true, sameSite: 'strict' }).json({ listenUrl });
});
app.use('/core', express.static(dirname(fileURLToPath(import.meta.resolve('@realtime-session/core')))));
app.use(express.static(fileURLToPath(new URL('page', import.meta.url))));

app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (!error) return console.log(`open http://127.0.0.1:${PORT}`);
  const isBusy = error.message.includes('EADDRINUSE');
  console.error(isBusy ? `Port ${PORT} is already in use: set PORT to a free one.` : error.message);
  process.exit(1);
});
