import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { compatible, createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { redisLimiter } from '../recipes/redis.ts';
import { listen } from '../support/listen.ts';
import type { RequestReport } from '../support/minting-process.ts';

/** One of several servers that share a limiter. It reports its port and the duration of each request to its parent. */
const [redisUrl = '', upstreamOrigin = ''] = process.argv.slice(2);

/** What is known about a request before its handler runs. */
interface ReceivedRequest {
  readonly user: string;
  readonly lateMs: Promise<number>;
}

const requests = new AsyncLocalStorage<ReceivedRequest>();

/** The delay of a timer that starts now. Measures the machine, not the handler. */
async function measureTimerDelay(): Promise<number> {
  const startedMs = performance.now();
  await setTimeout(200);
  return performance.now() - startedMs - 200;
}

async function report({ status, durationMs }: Pick<RequestReport, 'status' | 'durationMs'>): Promise<void> {
  const request = requests.getStore();
  if (request === undefined) throw new Error('An event came from outside of any request.');
  // A refusal may be sent long before the timer fires.
  const finished: RequestReport = { user: request.user, status, durationMs, lateMs: await request.lateMs };
  process.send?.(finished);
}

const { limiter, ready } = redisLimiter(redisUrl, () => process.stderr.write('Redis is not reachable.\n'));

const handler = createSessionHandler({
  apiKey: 'sk-of-the-tests-0123456789',
  authorize: (request) => ({ id: request.headers.get('x-user') ?? 'anonymous' }),
  session: { model: 'gpt-realtime-2.1' },
  limiter,
  upstream: compatible({ baseUrl: upstreamOrigin }),
  onEvent: (event) => void report(event),
});

// Behind one proxy, so that every request can have a different address.
const nodeHandler = toNodeHandler(handler, { trustProxy: 'loopback' });
const server = createServer((message, response) => {
  const user = String(message.headers['x-user']);
  requests.run({ user, lateMs: measureTimerDelay() }, () => nodeHandler(message, response));
});
await ready;
const { origin } = await listen(server);
process.send?.({ origin });
process.once('disconnect', () => process.exit());
