import { fileURLToPath } from 'node:url';
import { toExpressHandler } from '@realtime-session/server/express';
import express from 'express';
import { calls } from './calls.js';
import { signIn } from './users.js';

const { PORT = '3000' } = process.env;

const app = express();
app.use('/api/realtime-call', toExpressHandler(calls));
app.post('/api/sign-in', (_request, response) => {
  response.cookie('session', signIn(), { httpOnly: true, sameSite: 'strict' }).json({ id: 'ada' });
});
// The output of `vite build`.
app.use(express.static(fileURLToPath(new URL('dist', import.meta.url))));

const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (!error) return console.log(`open http://127.0.0.1:${PORT}`);
  const isBusy = error.message.includes('EADDRINUSE');
  console.error(isBusy ? `Port ${PORT} is already in use: set PORT to a free one.` : error.message);
  process.exit(1);
});

// Ends the open calls, because another process would not know them.
process.once('SIGTERM', async () => {
  await calls.close({ graceMs: 0 });
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
