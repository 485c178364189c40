import { createServer } from 'node:http';
import { inspect } from 'node:util';
import * as everything from '@realtime-session/server';
import * as nodeEntry from '@realtime-session/server/node';
import { pino } from 'pino';
import { logMints } from '../recipes/pino.ts';
import { listen } from '../support/listen.ts';

/** A server with secrets that prints everything it can access. Its parent reads the whole output. */
const { API_KEY = '', MCP_TOKEN = '', INSTRUCTIONS = '', HMAC_KEY = '' } = process.env;
const [upstreamOrigin = ''] = process.argv.slice(2);
const write = logMints(pino());

function show(what: unknown): void {
  process.stdout.write(`${inspect(what, { depth: 9, maxStringLength: null, maxArrayLength: null })}\n`);
}
process.on('warning', show);
process.on('unhandledRejection', show);
process.on('uncaughtException', show);

const options: everything.SessionHandlerOptions = {
  apiKey: API_KEY,
  authorize: (request) => {
    if (request.headers.get('x-user') === 'throws') throw new Error(`${API_KEY} ${MCP_TOKEN}`);
    return { id: 'user-1' };
  },
  session: {
    type: 'realtime',
    model: 'gpt-realtime-2.1',
    instructions: INSTRUCTIONS,
    tools: [
      {
        type: 'mcp',
        server_label: 'crm',
        server_url: 'https://mcp.example',
        authorization: MCP_TOKEN,
        headers: { 'x-key': MCP_TOKEN },
      },
    ],
  },
  allow: ['voice'],
  expose: ['tools'],
  allowedOrigins: ['https://ally.example'],
  limits: { perPrincipal: { max: 100_000, windowMs: 1000 }, perAddress: { max: 100_000, windowMs: 1000 } },
  safetyIdentifierKey: HMAC_KEY,
  timeoutMs: 1500,
  upstream: everything.compatible({ baseUrl: upstreamOrigin }),
  onEvent: (event) => {
    write(event);
    show(event);
    process.stdout.write(`${JSON.stringify(event)}\n`);
  },
};

/** Errors at construction. Their stack contains file names, not values. */
const mistakes: Partial<everything.SessionHandlerOptions>[] = [
  { apiKey: 'two words' },
  { session: { type: 'realtime', instructions: INSTRUCTIONS, temperature: MCP_TOKEN } as never },
  { session: { instructions: INSTRUCTIONS, tools: MCP_TOKEN } as never },
  { ttlSeconds: 5 },
  { allow: ['nothing'] },
  { expose: ['client_secret.value'] },
];
for (const mistake of mistakes) {
  try {
    everything.createSessionHandler({ ...options, ...mistake });
    process.stdout.write('no mistake was found\n');
  } catch (error) {
    show(error);
    process.stdout.write(`mistake: ${String(error)}\n`);
  }
}

const handler = everything.createSessionHandler(options);
const nodeHandler = nodeEntry.toNodeHandler(handler);
for (const one of [everything, nodeEntry, handler, nodeHandler, options.upstream, Object.entries(handler)])
  show(one);

const server = createServer(nodeHandler);
const { origin } = await listen(server);
process.send?.({ origin });
process.once('disconnect', () => process.exit());
