import { fileURLToPath } from 'node:url';
import { createApp } from './app';

const { OPENAI_API_KEY, DEMO_SESSION, PORT = '3001' } = process.env;

const { app, calls } = createApp({
  apiKey: OPENAI_API_KEY,
  page: fileURLToPath(new URL('../dist', import.meta.url)),
  // One user for the demo, with the value of the cookie `session` from the environment. Replace it with your sign-in.
  findUser: (session) => (DEMO_SESSION && session === DEMO_SESSION ? 'demo' : undefined),
});

const server = app.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  void calls.close({ graceMs: 5_000 }).then(() => server.close());
});
