import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { EmulatedCall, RealtimeEmulator, RealtimeEmulatorOptions } from '@realtime-session/emulator';
import type { CallHandler } from '@realtime-session/server/calls';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../server/support/redis-server.ts';
import { SDP_OFFER } from '../support/sdp-offer.ts';

/** A busy machine answers late. */
const LONG_TIMEOUT = { timeout: 10_000 };

type Route = (request: Request, context?: { readonly address: string }) => Promise<Response>;

/** Sends a request as a page of a signed-in user does. */
function send(route: Route, method: 'POST' | 'PUT' | 'DELETE', query = ''): Promise<Response> {
  const headers = new Headers({ 'sec-fetch-site': 'same-origin', cookie: 'user=ada' });
  const init: RequestInit = { method, headers };
  if (method === 'POST') {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify({ sdp: SDP_OFFER });
  }
  const request = new Request(`https://app.example/api/realtime-call${query}`, init);
  return route(request, { address: '192.0.2.1' });
}

interface CreatedCall {
  readonly sdp: string;
  readonly call: { readonly id: string; readonly expires_in: number; readonly budget_left?: number };
}

async function create(route: Route): Promise<CreatedCall> {
  const response = await send(route, 'POST');
  expect(response.status).toBe(201);
  return (await response.json()) as CreatedCall;
}

/** Starts an emulator whose key and address are in the environment, as `realtime-emulator exec` does. */
async function startEmulator(options: RealtimeEmulatorOptions = {}): Promise<RealtimeEmulator> {
  const emulator = await createRealtimeEmulator({ media: 'none', responsePaceMs: 0, ...options });
  onTestFinished(() => emulator.close());
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.stubEnv('OPENAI_BASE_URL', emulator.url);
  return emulator;
}

/** Imports a snippet again, as a new process would. Its calls end with the test. */
async function load<Module extends { readonly calls: CallHandler; readonly redis?: { disconnect(): void } }>(
  importing: () => Promise<Module>,
): Promise<Module> {
  vi.resetModules();
  const module = await importing();
  onTestFinished(async () => {
    await module.calls.close({ graceMs: 0 });
    module.redis?.disconnect();
  });
  return module;
}

/** The newest call, after its page has connected and the server has attached. */
async function connectNewest(emulator: RealtimeEmulator): Promise<EmulatedCall> {
  const call = emulator.calls().at(-1);
  if (call === undefined) throw new Error('There is no call.');
  call.connect();
  await vi.waitFor(() => expect(call.sidebands).toBe(1), LONG_TIMEOUT);
  return call;
}

/** The page writes, and asks for an answer. */
function write(call: EmulatedCall, text: string): void {
  const content = [{ type: 'input_text', text }];
  call.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  call.send({ type: 'response.create' });
}

beforeEach(() => {
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });
});

describe('call routes of the docs', () => {
  it('create a call that ends after ten minutes', async () => {
    const emulator = await startEmulator();
    const { calls } = await load(() => import('./snippets/calls/calls.ts'));
    const { sdp, call } = await create(calls);
    expect(sdp).toMatch(/^v=0/);
    expect(600 - call.expires_in).toBeOneOf([0, 1, 2]);
    expect(emulator.calls()).toHaveLength(1);
    expect((await send(calls, 'PUT', `?call=${call.id}`)).status).toBe(200);
    expect((await send(calls, 'POST')).status).toBe(429);
    expect((await send(calls, 'DELETE', `?call=${call.id}`)).status).toBe(204);
    expect(emulator.calls()[0]).toMatchObject({ state: 'closed', closedBy: 'hangup' });
  });

  it('reserve the budget of a call', async () => {
    await startEmulator();
    const { calls } = await load(() => import('./snippets/calls/budget.ts'));
    expect((await create(calls)).call.budget_left).toBe(0.5);
  });

  it('replace the older call of a user', async () => {
    const emulator = await startEmulator();
    const { calls } = await load(() => import('./snippets/calls/replace.ts'));
    const { call } = await create(calls);
    await create(calls);
    expect(emulator.calls().map(({ state }) => state)).toEqual(['closed', 'created']);
    expect(await (await send(calls, 'PUT', `?call=${call.id}`)).json()).toMatchObject({
      code: 'call_ended',
      reason: 'replaced',
    });
  });

  it('run a tool for the user of the call', async () => {
    const emulator = await startEmulator({
      script: {
        turns: [
          { when: 'mine', call: { name: 'lookupOrder', arguments: { id: 'A-1' } } },
          { when: 'other', call: { name: 'lookupOrder', arguments: { id: 'B-2' } } },
          { when: { outputOf: 'lookupOrder', output: 'shipped' }, answer: 'It was shipped.' },
          { when: { outputOf: 'lookupOrder', output: 'no such order' }, answer: 'I did not find it.' },
        ],
        onUnmatched: 'error',
      },
    });
    const { calls } = await load(() => import('./snippets/calls/tools.ts'));
    await create(calls);
    const call = await connectNewest(emulator);
    expect(call.session).toMatchObject({ tools: [{ type: 'function', name: 'lookupOrder' }] });
    write(call, 'Where is my order? It is mine.');
    await vi.waitFor(() => expect(call.billed).toHaveLength(2), LONG_TIMEOUT);
    write(call, 'Where is the other one?');
    await vi.waitFor(() => expect(call.billed).toHaveLength(4), LONG_TIMEOUT);
    expect(emulator.unmatchedTurns()).toEqual([]);
  });

  it('change the instructions and let the assistant speak first', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    onTestFinished(() => log.mockRestore());
    const emulator = await startEmulator();
    const { calls } = await load(() => import('./snippets/calls/on-call.ts'));
    await create(calls);
    const call = await connectNewest(emulator);
    await vi.waitFor(() => expect(call.billed).toHaveLength(1), LONG_TIMEOUT);
    expect(call.session).toMatchObject({ instructions: 'You are talking to ada.' });
  });

  it('end the calls of a user', async () => {
    const emulator = await startEmulator();
    const { calls } = await load(() => import('./snippets/calls/calls.ts'));
    const { endCallsOf } = await import('./snippets/calls/hang-up.ts');
    await create(calls);
    expect(await endCallsOf('bob')).toBe(0);
    expect(await endCallsOf('ada')).toBe(1);
    expect(emulator.calls()[0]).toMatchObject({ state: 'closed', closedBy: 'hangup' });
  });

  it('end the calls of a banned user and accept no new ones', async () => {
    const emulator = await startEmulator();
    const { calls, ban } = await load(() => import('./snippets/calls/ban.ts'));
    await create(calls);
    expect(await ban('ada')).toBe(1);
    expect(emulator.calls()[0]).toMatchObject({ state: 'closed', closedBy: 'hangup' });
    expect((await send(calls, 'POST')).status).toBe(401);
  });

  it('record what was said', async () => {
    const emulator = await startEmulator();
    const { calls } = await load(() => import('./snippets/calls/transcripts.ts'));
    const { log } = await import('./snippets/calls/transcript-log.ts');
    const { call } = await create(calls);
    write(await connectNewest(emulator), 'good morning');
    await vi.waitFor(
      () => expect(log).toContain(`${call.id} assistant: You said: good morning`),
      LONG_TIMEOUT,
    );
  });

  it('let a page define its own agent', async () => {
    const emulator = await startEmulator();
    const { calls } = await load(() => import('./snippets/calls/page-agents.ts'));
    await create(calls);
    const call = await connectNewest(emulator);
    call.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be a pirate.' } });
    write(call, 'hello');
    await vi.waitFor(() => expect(call.billed).toHaveLength(1), LONG_TIMEOUT);
    expect(call.session).toMatchObject({ instructions: 'Be a pirate.' });
  });

  it('create calls at Azure', async () => {
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'azure-key');
    const requests: (readonly [url: string, key: string | null])[] = [];
    vi.stubGlobal('fetch', (url: string, { headers }: RequestInit) => {
      requests.push([url, new Headers(headers).get('api-key')]);
      return Promise.resolve(Response.json({ error: { code: 'invalid_offer' } }, { status: 400 }));
    });
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => report.mockRestore());
    const { calls } = await load(() => import('./snippets/calls/azure.ts'));
    expect((await send(calls, 'POST')).status).toBeGreaterThanOrEqual(400);
    expect(requests).toEqual([
      ['https://my-resource.openai.azure.com/openai/v1/realtime/calls', 'azure-key'],
    ]);
  });

  it('refuse new calls and close the server on SIGTERM', async () => {
    await startEmulator();
    const { calls } = await load(() => import('./snippets/calls/calls.ts'));
    const { stopOnSigterm } = await import('./snippets/calls/shutdown.ts');
    const before = process.listeners('SIGTERM');
    const server = createServer().listen(0, '127.0.0.1');
    stopOnSigterm(server);
    const [onSigterm] = process.listeners('SIGTERM').filter((listener) => !before.includes(listener));
    const closed = once(server, 'close');
    onSigterm?.('SIGTERM');
    await closed;
    expect((await send(calls, 'POST')).status).toBe(503);
  });
});

describe('call routes with Redis', () => {
  async function useRedis(): Promise<void> {
    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    vi.stubEnv('REDIS_URL', `redis://127.0.0.1:${redis.port}`);
    vi.stubEnv('SAFETY_IDENTIFIER_KEY', 'a key of at least 16 characters');
    vi.stubEnv('CRON_SECRET', 'secret-of-the-scheduler');
  }

  it('share one call per user between two processes', async () => {
    await useRedis();
    await startEmulator();
    const first = await load(() => import('./snippets/calls/redis.ts'));
    const second = await load(() => import('./snippets/calls/redis.ts'));
    await create(first.calls);
    expect(await (await send(second.calls, 'POST')).json()).toMatchObject({ code: 'too_many_calls' });
    expect(await second.calls.hangUp({ principal: 'ada' })).toBe(1);
  });

  it('end due calls only for the scheduler', async () => {
    await useRedis();
    await startEmulator();
    const { sweep } = await load(() => import('./snippets/calls/sweep.ts'));
    const run = (authorization: string) =>
      sweep(new Request('https://app.example/api/sweep', { headers: { authorization } }));
    expect((await run('Bearer guess')).status).toBe(401);
    expect(await (await run('Bearer secret-of-the-scheduler')).json()).toEqual({ ended: 0, failed: 0 });
  });

  it('sweep for no one when the secret is not set', async () => {
    await useRedis();
    await startEmulator();
    vi.stubEnv('CRON_SECRET', undefined);
    const { sweep } = await load(() => import('./snippets/calls/sweep.ts'));
    const headers = { authorization: 'Bearer undefined' };
    expect((await sweep(new Request('https://app.example/api/sweep', { headers }))).status).toBe(401);
  });
});

describe('mounted call routes', () => {
  /** Creates, renews and ends a call over HTTP, as a page does. */
  async function useOverHttp(server: Server): Promise<void> {
    if (!server.listening) await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo; // it is a string only for pipes
    const origin = `http://127.0.0.1:${port}`;
    await useRoute((request) => {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.set('origin', origin);
      headers.delete('sec-fetch-site');
      const { method, body } = request;
      return fetch(origin + pathname + search, { method, headers, body, duplex: 'half' } as RequestInit);
    });
  }

  async function useRoute(route: Route): Promise<void> {
    const { call } = await create(route);
    expect((await send(route, 'PUT', `?call=${call.id}`)).status).toBe(200);
    expect((await send(route, 'DELETE', `?call=${call.id}`)).status).toBe(204);
  }

  beforeEach(async () => {
    await startEmulator();
    // The modules below share this instance.
    await load(() => import('./snippets/calls/calls.ts'));
  });

  it('work in Express', async () => {
    const { app } = await import('./snippets/calls/express.ts');
    await useOverHttp(app.listen(0, '127.0.0.1'));
  });

  it('work in Fastify', async () => {
    const { app } = await import('./snippets/calls/fastify.ts');
    await app.listen({ host: '127.0.0.1', port: 0 });
    await useOverHttp(app.server);
  });

  it('work in Hono', async () => {
    const { app } = await import('./snippets/calls/hono.ts');
    await useOverHttp(serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server);
  });

  it('work in Next', async () => {
    const { POST, PUT, DELETE, OPTIONS } = await import('./snippets/calls/next.ts');
    const handlers: Readonly<Record<string, Route>> = { POST, PUT, DELETE, OPTIONS };
    await useRoute((request) => handlers[request.method]!(request));
  });
});
