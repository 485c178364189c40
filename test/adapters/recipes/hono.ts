import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { toHonoHandler } from '@realtime-session/server/hono';
import { handler } from './handler';

export const app = new Hono();
app.all('/api/realtime-session', toHonoHandler(handler, { getConnInfo }));
