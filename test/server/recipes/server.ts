import { createSessionHandler } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import express from 'express';
import { drainOnSigterm } from './drain.js';
import { redisLimiter } from './redis.js';
import { readApiKey } from './secrets.js';
import { currentUser } from './users.js';

// By default, only a proxy on this machine can connect. In a container, set HOST to 0.0.0.0.
const { HOST = '127.0.0.1', PORT = '3000', REDIS_URL = '' } = process.env;

const redis = redisLimiter(REDIS_URL, console.warn);

const handler = createSessionHandler({
  apiKey: readApiKey,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  limiter: redis.limiter,
  requestIdHeader: 'x-request-id', // set by nginx, and in its log
});

const app = express();
app.get('/live', (_request, response) => response.sendStatus(200));
app.get('/ready', (_request, response) => response.sendStatus(handler.state === 'open' ? 200 : 503));
app.use('/api/realtime-session', toExpressHandler(handler, { trustProxy: { hops: 1 } }));

await redis.ready;
const server = app.listen(Number(PORT), HOST);
server.keepAliveTimeout = 75_000; // longer than nginx keeps an unused connection, which is 60 seconds
await drainOnSigterm(handler, server);
redis.close();
