import secureSession from '@fastify/secure-session';
import { createSessionHandler } from '@realtime-session/server';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import Fastify, { type FastifyRequest } from 'fastify';
import { checkPassword } from './users';

declare module '@fastify/secure-session' {
  interface SessionData {
    userId: string;
  }
}

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (_request, { incoming }) => {
    const userId = (incoming as FastifyRequest).session.get('userId');
    return userId === undefined ? null : { id: userId }; // null: 401
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});

export const app = Fastify();
await app.register(secureSession, {
  key: Buffer.from(process.env.SESSION_KEY ?? '', 'hex'), // 32 bytes, as hex
  expiry: 8 * 60 * 60, // in seconds; an older cookie is refused
  cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' },
});
app.all('/api/realtime-session', toFastifyHandler(handler));

app.post('/sign-in', (request, reply) => {
  const { name, password } = request.body as Record<string, unknown>;
  const user = checkPassword(name, password);
  if (user === null) return reply.code(401).send();
  request.session.regenerate();
  request.session.set('userId', user.id);
  return reply.code(204).send();
});

app.post('/sign-out', (request, reply) => {
  request.session.delete();
  return reply.code(204).send();
});
