import Fastify from 'fastify';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { handler } from './handler';

export const app = Fastify();
app.all('/api/realtime-session', toFastifyHandler(handler));
