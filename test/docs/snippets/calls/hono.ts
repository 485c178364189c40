import { getConnInfo } from '@hono/node-server/conninfo';
import { toHonoHandler } from '@realtime-session/server/hono';
import { Hono } from 'hono';
import { calls } from './calls';

export const app = new Hono();
app.all('/api/realtime-call', toHonoHandler(calls, { getConnInfo }));
