import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toExpressHandler } from '@realtime-session/server/express';
import express from 'express';
import { calls } from './calls.js';
import { findUser, signIn } from './users.js';

const { PORT = '3000' } = process.env;

const app = express();
app.use((_request, response, next) => {
  response.set('x-process', String(process.pid));
  next();
});
app.use('/api/realtime-call', toExpressHandler(calls));
app.post('/sign-in', async (_request, response) => {
  response.cookie('session', await signIn(), { httpOnly: true, sameSite: 'strict' }).sendStatus(204);
});
// In an application, only an administrator may do this, for any user.
app.post('/end-calls', async (request, response) => {
  const user = await findUser(request.headers.cookie);
  if (!user) return response.sendStatus(401);
  response.json({ ended: await calls.hangUp({ principal: user.id }) });
});
// The built package in node_modules, which the import map of the page refers to.
app.use('/webrtc', express.static(dirname(fileURLToPath(import.meta.resolve('@realtime-session/webrtc')))));
app.use(express.static(fileURLToPath(new URL('page', import.meta.url))));

const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (!error) return;
  const isBusy = error.message.includes('EADDRINUSE');
  console.error(isBusy ? `Port ${PORT} is already in use: set PORT to a free one.` : error.message);
  process.exit(1);
});

// Hands the calls of this process over to another one.
process.once('SIGTERM', async () => {
  await calls.close({ graceMs: 30_000 });
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
