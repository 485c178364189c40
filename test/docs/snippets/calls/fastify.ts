import { toFastifyPlugin } from '@realtime-session/server/fastify';
import Fastify from 'fastify';
import { calls } from './calls';

export const app = Fastify();
app.register(toFastifyPlugin(calls), { prefix: '/api/realtime-call' });
