import { randomUUID } from 'node:crypto';
import { page } from '@realtime-session/example-page';
import { createSessionHandler } from '@realtime-session/server';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import Fastify from 'fastify';

const { PORT = '3000' } = process.env;

/** Replace this with your own authentication. Maps session ids to users. */
const users = new Map();
const findUser = (cookies) => users.get(/(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1]);

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => findUser(request.headers.get('cookie')),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});

const app = Fastify();
app.all('/api/realtime-session', toFastifyHandler(handler));
app.post('/sign-in', (_request, reply) => {
  const session = randomUUID();
  users.set(session, { id: 'ada' });
  reply.header('set-cookie', `session=${session}; Path=/; HttpOnly; SameSite=Strict`).code(204).send();
});
app.get('/', (_request, reply) => reply.type('text/html').send(page));
app.addHook('onClose', () => handler.close());

try {
  await app.listen({ host: '127.0.0.1', port: Number(PORT) });
  console.log(`open http://127.0.0.1:${PORT}`);
} catch ({ message }) {
  console.error(
    message.includes('EADDRINUSE') ? `Port ${PORT} is already in use: set PORT to a free one.` : message,
  );
  process.exitCode = 1;
}
