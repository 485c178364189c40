import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryLimiter } from '@realtime-session/server';
import express from 'express';
import { startFakeDeepgram } from './fake-deepgram.js';

const { DEEPGRAM_API_KEY, PORT = '3000' } = process.env;
const deepgram = DEEPGRAM_API_KEY
  ? { apiKey: DEEPGRAM_API_KEY, url: 'https://api.deepgram.com' }
  : await startFakeDeepgram();

/** Replace this with your own authentication. Maps session ids to users. */
const users = new Map();
const findUser = (cookies) => users.get(/(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1]);

const limiter = memoryLimiter({ rate: { max: 30, windowMs: 60_000 } });

const app = express();
// The mint route: it keeps the issuer's key on the server and returns only the token.
app.post('/api/speech-token', async (request, response) => {
  response.set('cache-control', 'no-store');
  const user = findUser(request.headers.cookie);
  if (!user) return response.status(401).json({ title: 'Sign in first.' });
  const { allowed } = await limiter.consume(user.id, { signal: AbortSignal.timeout(200) });
  if (!allowed) return response.status(429).json({ title: 'Too many tokens. Try again later.' });
  const headers = { authorization: `Token ${deepgram.apiKey}` };
  const grant = await fetch(`${deepgram.url}/v1/auth/grant`, { method: 'POST', headers });
  if (!grant.ok) return response.status(502).json({ title: 'The issuer did not return a token.' });
  const { access_token, expires_in } = await grant.json();
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
