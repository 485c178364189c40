import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createSessionHandler } from '@realtime-session/server';
import { toExpressHandler } from '@realtime-session/server/express';
import { authorizeJwt } from '@realtime-session/server/jwt';
import express from 'express';
import { drainOnSigterm } from './drain';
import { sharedLimits } from './limits';
import { jsonLogger, logEvents } from './log';
import { session } from './session';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}.`);
  return value;
}

const { HOST = '127.0.0.1', PORT = '3000', DRAIN_MS = '5000' } = process.env;
const authorize = authorizeJwt({
  jwks: required('JWKS_URL'),
  issuer: required('JWT_ISSUER'),
  audience: required('JWT_AUDIENCE'),
});
const logger = jsonLogger((line) => process.stdout.write(line));
const limits = sharedLimits(required('REDIS_URL'), ({ message }) => logger.warn({ error: message }, 'redis'));

const handler = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize,
  session,
  limiter: limits.limiter,
  requestIdHeader: 'x-request-id', // set by the proxy
  eventAddress: 'shortened',
  onEvent: logEvents(logger),
});

const app = express();
app.get('/live', (_request, response) => response.sendStatus(200));
app.get('/ready', (_request, response) => response.sendStatus(handler.state === 'open' ? 200 : 503));
app.use('/api/realtime-session', toExpressHandler(handler, { trustProxy: { hops: 1 } }));

await limits.ready;
const server = app.listen(Number(PORT), HOST);
server.keepAliveTimeout = 75_000; // longer than the proxy keeps an unused connection
await once(server, 'listening');
logger.info({ port: (server.address() as AddressInfo).port }, 'listening');
await drainOnSigterm(handler, server, Number(DRAIN_MS));
limits.close();
logger.info({}, 'stopped');
