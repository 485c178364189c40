import type { AuditEvent, SessionHandlerOptions, StandardSchema } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from '../support/harness.ts';
import { json, mintedBody } from '../support/upstream.ts';

const fail = (): never => {
  throw new Error('hunter2');
};
const reject = (): Promise<never> => Promise.reject(new Error('hunter2'));
const schema = (validate: StandardSchema['~standard']['validate']): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

describe('robustness', () => {
  const harness = useHarness();

  it('S39 refuses new requests after close() and waits for pending ones', async () => {
    const handler = harness.create();
    let answer: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      harness.upstream.reply = (message, response) => {
        answer = () => json(200, mintedBody())(message, response);
        resolve();
      };
    });
    const inFlight = handler(post());
    await reached;
    const order: string[] = [];
    const closed = handler.close().then(() => order.push('closed'));
    const refused = await handler(post());
    expect(refused.status).toBe(503);
    expect((await read(refused)).code).toBe('shutting_down');
    answer();
    expect((await inFlight.finally(() => order.push('answered'))).status).toBe(200);
    await closed;
    expect(order).toEqual(['answered', 'closed']);
    await handler.close();
  });

  it.each(['a b/c', 'app.test@evil.example', '[::1', 'app.test/x', '', 'app.test:999999'])(
    'S36 responds 400 to the host %j',
    async (host) => {
      const request = post({}, { host });
      const response = await harness.create()(request);
      expect(response.status).toBe(400);
      expect((await read(response)).code).toBe('bad_request');
    },
  );

  it('S36 responds 400 to a request whose URL is not absolute', async () => {
    const request = Object.defineProperty(post(), 'url', { value: '/api' });
    expect((await harness.create()(request)).status).toBe(400);
  });

  it.each<[string, Partial<SessionHandlerOptions>, number]>([
    ['authorize throws', { authorize: fail }, 500],
    ['authorize rejects', { authorize: reject }, 500],
    ['session throws', { session: fail }, 500],
    ['session rejects', { session: reject }, 500],
    ['apiKey throws', { apiKey: fail }, 500],
    ['apiKey rejects', { apiKey: reject }, 500],
    ['the schema throws', { allow: schema(fail) }, 500],
    ['the schema rejects', { allow: schema(reject) }, 500],
    ['the schema returns an invalid value', { allow: schema(() => undefined as never) }, 500],
    ['the limiter throws', { limiter: { consume: fail } }, 503],
    ['the limiter rejects', { limiter: { consume: reject } }, 503],
    ['fetch throws', { fetch: fail }, 502],
    ['fetch returns an invalid value', { fetch: () => Promise.resolve(undefined as never) }, 502],
    ['onEvent throws', { onEvent: fail }, 200],
    ['the clock throws', { nowMs: fail }, 500],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- JavaScript callers do this
    ['a value that is not an Error is thrown', { authorize: () => Promise.reject(null) }, 500],
  ])(
    'S36 responds with a problem and leaves no rejection unhandled when %s',
    async (_what, options, status) => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown) => unhandled.push(reason);
      process.on('unhandledRejection', listener);
      const response = await harness.create(options)(post());
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', listener);
      expect(response.status).toBe(status);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).not.toContain('hunter2');
      expect(unhandled).toEqual([]);
    },
  );

  it.each<[string, unknown]>([
    ['null', null],
    ['a word', '192.0.2.1'],
    ['the server of Bun, whose address is an object', { address: { address: '127.0.0.1', port: 80 } }],
    ['the parameters of a route', { params: Promise.resolve({}) }],
  ])('S36 S20 reports an unknown address when a server passes %s as the context', async (_what, context) => {
    const response = await harness.create()(post(), context);
    expect(response.status).toBe(200);
    expect(harness.events[0]?.address).toBe('unknown');
  });

  it('S36 S41 serves a request without a signal', async () => {
    const request = Object.defineProperty(post(), 'signal', { value: null });
    expect((await harness.create()(request)).status).toBe(200);
  });

  it.each<[string, (request: Request) => unknown]>([
    ['read', (request) => request.text()],
    ['half read', (request) => request.body?.getReader().read()],
    ['locked', (request) => request.body?.getReader()],
    ['cancelled', (request) => request.body?.cancel()],
  ])('S37 reports server_misconfigured when the body was already %s', async (_what, use) => {
    const request = post();
    await use(request);
    const response = await harness.create()(request);
    expect((await read(response)).code).toBe('server_misconfigured');
    expect(harness.events[0]).toMatchObject({ remedy: expect.stringContaining('read the request body') });
  });

  it('S39 can be closed twice, and responds 503 after that', async () => {
    const handler = harness.create();
    await Promise.all([handler.close(), handler.close()]);
    const response = await handler(post());
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(harness.events).toMatchObject([{ type: 'failed', code: 'shutting_down' }]);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each(['\ud800', 'ключ', 'a\u0000b', '-'.repeat(512)])('S35 hashes the principal id %j', async (id) => {
    const handler = harness.create({
      authorize: () => ({ id }),
      safetyIdentifierKey: 'a-key-of-enough-length',
    });
    expect((await handler(post())).status).toBe(200);
    expect(harness.upstream.requests[0]?.headers['openai-safety-identifier']).toMatch(/^[\da-f]{64}$/);
  });

  it('S40 emits exactly one event per request', async () => {
    const handler = harness.create({ limits: { perPrincipal: { max: 1, windowMs: 60_000 } } });
    await handler(post());
    await handler(post());
    await handler(post({}, { origin: 'null' }));
    await handler(new Request('http://app.test/', { method: 'OPTIONS' }));
    await handler(new Request('http://app.test/', { method: 'GET' }));
    const seen = harness.events.map((event) => ('code' in event ? event.code : event.type));
    expect(seen).toEqual(['minted', 'rate_limited', 'origin_forbidden', 'preflight', 'method_not_allowed']);
    expect(new Set(harness.events.map((event) => event.requestId)).size).toBe(5);
  });

  it('S40 describes the token in the minted event', async () => {
    await harness.create({ session: { model: 'gpt-realtime-2.1' } })(post(), { address: '2001:db8::1' });
    expect(harness.events[0]).toEqual({
      type: 'minted',
      requestId: expect.any(String),
      atMs: expect.any(Number),
      status: 200,
      durationMs: expect.any(Number),
      authorizeMs: expect.any(Number),
      limiterMs: expect.any(Number),
      upstreamMs: expect.any(Number),
      address: '2001:db8:0:0::/64',
      principal: undefined,
      limiterFailures: 0,
      attempts: 1,
      upstreamStatus: 200,
      upstreamRequestId: undefined,
      model: 'gpt-realtime-2.1',
      expiresInSeconds: expect.any(Number),
      dropped: [],
      shutdowns: [],
    } satisfies AuditEvent);
  });

  it('S40 reports the requested model when the upstream reports none', async () => {
    harness.upstream.reply = json(200, mintedBody(120, { model: undefined }));
    await harness.create({ session: { model: 'gpt-realtime-2.1-mini' } })(post());
    expect(harness.events[0]).toMatchObject({ type: 'minted', model: 'gpt-realtime-2.1-mini' });
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('logger down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('logger down'))],
    ['never settles', () => new Promise(() => undefined)],
  ])('S40 responds the same when onEvent %s', async (_what, onEvent) => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const handler = harness.create({ onEvent });
    expect((await handler(post())).status).toBe(200);
    expect((await handler(post({ nope: 1 }))).status).toBe(400);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});
