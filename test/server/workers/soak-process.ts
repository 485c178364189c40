import { createServer } from 'node:http';
import { compatible, createSessionHandler } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { listen } from '../support/listen.ts';
import type { Measurement } from '../support/soak-process.ts';

/** A server that counts everything that can leak. Runs with --expose-gc. */
const [upstreamOrigin = ''] = process.argv.slice(2);

const counts = { requests: 0, events: 0, minted: 0, aborted: 0, failed: 0 };
const problems: string[] = [];
process.on('warning', (warning) => problems.push(String(warning)));
process.on('unhandledRejection', (reason) => problems.push(`unhandled rejection: ${String(reason)}`));
process.on('uncaughtException', (error) => problems.push(`uncaught exception: ${String(error)}`));

const handler = createSessionHandler({
  apiKey: 'sk-of-the-tests-0123456789',
  authorize: (request) => ({ id: request.headers.get('x-user') ?? 'anonymous' }),
  session: { model: 'gpt-realtime-2.1', instructions: 'Be brief.' },
  allow: ['voice'],
  limits: {
    perPrincipal: { max: 1_000_000, windowMs: 1000 },
    perAddress: { max: 1_000_000, windowMs: 1000 },
  },
  upstream: compatible({ baseUrl: upstreamOrigin }),
  onEvent: ({ type }) => {
    counts.events += 1;
    if (type === 'minted' || type === 'aborted' || type === 'failed') counts[type] += 1;
  },
});

const nodeHandler = toNodeHandler(handler);
const server = createServer((message, response) => {
  counts.requests += 1;
  nodeHandler(message, response);
});

function count(resource: string): number {
  return process.getActiveResourcesInfo().filter((name) => name === resource).length;
}

/** The listeners of objects that outlive a request. */
function listeners(): number {
  return [process, server].reduce(
    (sum, emitter) => sum + emitter.eventNames().reduce((all, name) => all + emitter.listenerCount(name), 0),
    0,
  );
}

async function measure(): Promise<Measurement> {
  // Objects finalized by one collection are freed by the next.
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { heapUsed, rss, external } = process.memoryUsage();
  return {
    ...counts,
    heapUsed,
    external,
    rss,
    problems,
    listeners: listeners(),
    sockets: count('TCPSocketWrap'),
    timers: count('Timeout'),
  };
}

const { origin } = await listen(server);
process.send?.({ origin });
process.on('message', (order) => {
  if (order === 'close') void handler.close().then(() => process.send?.('closed'));
  else void measure().then((measurement) => process.send?.(measurement));
});
process.once('disconnect', () => process.exit());
