import { createServer } from 'node:http';
import { compatible, createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { redisLimiter } from '../recipes/redis.ts';
import { listen } from '../support/listen.ts';

/** One server of several that share a limiter. It tells its parent where it listens and how long each request took. */
const [redisUrl = '', upstreamOrigin = ''] = process.argv.slice(2);

const handler = createSessionHandler({
  apiKey: 'sk-of-the-tests-0123456789',
  authorize: (request) => ({ id: request.headers.get('x-user') ?? 'nobody' }),
  session: { model: 'gpt-realtime' },
  limiter: redisLimiter(redisUrl, () => process.stderr.write('Redis is not reachable.\n')),
  upstream: compatible({ baseUrl: upstreamOrigin }),
  onEvent: ({ status, durationMs }) => process.send?.({ status, durationMs }),
});

// Behind one proxy, so that every request may come from an address of its own.
const server = createServer(toNodeHandler(handler, { trustProxy: 'loopback' }));
const { origin } = await listen(server);
process.send?.({ origin });
process.once('disconnect', () => process.exit());
