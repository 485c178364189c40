import { createServer } from 'node:http';
import { compatible, createSessionHandler } from '@realtime-session/server';
import type { SessionHandlerOptions } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { reportAndCount } from '../recipes/reporter.ts';
import { listen } from '../support/listen.ts';

/** A server that prints to its own console. Its parent selects what happens to the events. */
const [upstreamOrigin = '', mode = 'default'] = process.argv.slice(2);

const listeners: Readonly<Record<string, Pick<SessionHandlerOptions, 'onEvent'>>> = {
  default: {},
  silent: { onEvent: () => undefined },
  recipe: { onEvent: reportAndCount((type) => process.send?.({ counted: type })) },
};

const handler = createSessionHandler({
  apiKey: () => process.env.OPENAI_API_KEY,
  authorize: (request) => (request.headers.has('authorization') ? { id: 'user-1' } : null),
  session: { model: 'gpt-realtime-2.1' },
  upstream: compatible({ baseUrl: upstreamOrigin }),
  ...listeners[mode],
});
const { origin } = await listen(createServer(toNodeHandler(handler)));
process.send?.({ origin });
process.once('disconnect', () => process.exit());
