import { createCallHandler, redisCallStore } from '@realtime-session/server/calls';
import { toExpressHandler } from '@realtime-session/server/express';
import express from 'express';
import { Redis } from 'ioredis';
import { drainOnSigterm } from './drain.js';
import { redisLimiter } from './redis.js';
import { readApiKey } from './secrets.js';
import { currentUser } from './users.js';

const { HOST = '127.0.0.1', PORT = '3000', REDIS_URL = '', SAFETY_IDENTIFIER_KEY = '' } = process.env;

const redis = redisLimiter(REDIS_URL, console.warn);
const storeClient = new Redis(REDIS_URL);
storeClient.on('error', console.warn); // it reconnects automatically

const calls = createCallHandler({
  apiKey: readApiKey,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
  limiter: redis.limiter,
  requestIdHeader: 'x-request-id', // set by nginx, and in its log
  safetyIdentifierKey: SAFETY_IDENTIFIER_KEY, // the same on every process
  store: redisCallStore(storeClient),
});

const app = express();
app.get('/live', (_request, response) => response.sendStatus(200));
app.get('/ready', (_request, response) => response.sendStatus(calls.state === 'open' ? 200 : 503));
app.use('/api/realtime-call', toExpressHandler(calls, { trustProxy: { hops: 1 } }));

await redis.ready;
const server = app.listen(Number(PORT), HOST);
server.keepAliveTimeout = 75_000; // longer than nginx keeps an unused connection, which is 60 seconds
await drainOnSigterm(calls, server);
redis.close();
storeClient.disconnect();
