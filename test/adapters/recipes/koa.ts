import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';
import mount from 'koa-mount';
import { toKoaHandler } from '@realtime-session/server/koa';
import { handler } from './handler';

export const app = new Koa();
app.use(bodyParser());
app.use(mount('/api/realtime-session', toKoaHandler(handler)));
