import { createServer } from 'node:http';
import { createCallHandler, openaiCalls, openaiLive, redisCallStore } from '@realtime-session/server/calls';
import type { CallUpstream } from '@realtime-session/server/calls';
import { toNodeHandler } from '@realtime-session/server/node';
import { Redis } from 'ioredis';
import { listen } from '../support/listen.ts';
import type { CallProcessCommand, CallProcessOptions } from '../support/call-process.ts';

/** One of several servers that share a store of calls. It sends its origin and its events to its parent. */
const options = JSON.parse(process.argv[2] ?? '') as CallProcessOptions;
const redis = new Redis(options.redisUrl);
redis.on('error', () => {});

let next: CallProcessCommand | undefined;

/** An upstream whose process is killed between the answer of the provider and the write to the store, if the test asks for it. */
function fragile(upstream: CallUpstream): CallUpstream {
  return {
    ...upstream,
    create: async (...args) => {
      const created = await upstream.create(...args);
      if (next === 'die-after-create') process.kill(process.pid, 'SIGKILL');
      return created;
    },
  };
}

const baseUrl = options.emulatorUrl;
const api = {
  realtime: { upstream: openaiCalls({ baseUrl }), model: 'gpt-realtime-2.1' },
  live: { upstream: openaiLive({ baseUrl }), model: 'gpt-live-1.1' },
}[options.api];

const calls = createCallHandler({
  apiKey: options.apiKey,
  authorize: (request) => {
    const user = request.headers.get('x-user');
    return user === null ? null : { id: user };
  },
  session: { model: api.model, instructions: options.instructions },
  limits: { perPrincipal: { max: 100_000, windowMs: 1000 }, perAddress: { max: 100_000, windowMs: 1000 } },
  safetyIdentifierKey: 'a random text that all processes share',
  timeoutMs: options.timeoutMs,
  upstream: fragile(api.upstream),
  callLimits: {
    connectTimeoutMs: 3000,
    maxConcurrentTotal: 40,
    budget: {
      perPrincipal: { max: 1_000_000_000, windowMs: 86_400_000 },
      // One unit for each token or second.
      cost: (used) => ('usage' in used ? Number(used.usage['total_tokens'] ?? 0) : used.seconds),
    },
    ...options.callLimits,
  },
  store: redisCallStore(redis),
  onCall: ({ id, resumed }) => void process.send?.({ event: { type: 'on-call', call: id, resumed } }),
  onEvent: (event) => void process.send?.({ event }),
});

const server = createServer(toNodeHandler(calls));
const { origin } = await listen(server);
process.on('message', (command: CallProcessCommand) => {
  next = command;
  if (command === 'close') void calls.close().then(() => process.exit());
});
process.send?.({ origin });
process.once('disconnect', () => process.exit());
