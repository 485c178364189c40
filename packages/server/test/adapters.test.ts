import { EventEmitter } from 'node:events';
import { toAwsLambdaHandler } from '@realtime-session/server/aws-lambda';
import type { LambdaHttpEvent } from '@realtime-session/server/aws-lambda';
import { toH3Handler } from '@realtime-session/server/h3';
import type { TrustProxy } from '@realtime-session/server/h3';
import { toHonoHandler } from '@realtime-session/server/hono';
import { toNextHandler } from '@realtime-session/server/next';
import { toSvelteKitHandler } from '@realtime-session/server/sveltekit';
import { describe, expect, it } from 'vitest';
import { post, useHarness } from './support/harness.ts';

const url = 'https://app.test/api/realtime-session';

describe('toAwsLambdaHandler', () => {
  const harness = useHarness();

  function event(overrides: Partial<LambdaHttpEvent> = {}): LambdaHttpEvent {
    return {
      rawPath: '/api/realtime-session',
      rawQueryString: '',
      headers: { host: 'app.test', 'content-type': 'application/json' },
      requestContext: { http: { method: 'POST', sourceIp: '203.0.113.9' } },
      body: '{}',
      ...overrides,
    };
  }

  function seen(requests: readonly Request[]) {
    return toAwsLambdaHandler(
      Object.assign(
        (request: Request) => {
          Object.assign(requests, [request]);
          return Promise.resolve(new Response('é', { headers: { 'x-one': '1' } }));
        },
        { close: () => Promise.resolve() },
      ),
    );
  }

  it('responds in the format that both payloads accept', async () => {
    const result = await seen([])(event());
    expect(result).toMatchObject({ statusCode: 200, body: 'é', isBase64Encoded: false });
    expect(result.headers).toMatchObject({ 'x-one': '1' });
  });

  it('restores cookies of payload 2.0 and queries of payload 1.0', async () => {
    const requests: Request[] = [];
    await seen(requests)(event({ cookies: ['a=1', 'b=2'], rawQueryString: 'x=%20y' }));
    expect([requests[0]?.headers.get('cookie'), requests[0]?.url]).toEqual(['a=1; b=2', `${url}?x=%20y`]);
    const { headers } = event();
    const context = { identity: { sourceIp: null } };
    await seen(requests)({ httpMethod: 'POST', path: '/api', headers, requestContext: context, multiValueQueryStringParameters: { 'a b': ['1', '&'] } }); // prettier-ignore
    expect(requests[0]?.url).toBe('https://app.test/api?a+b=1&a+b=%26');
  });

  it('decodes a base64 body', async () => {
    const requests: Request[] = [];
    const body = Buffer.from('{"voice":"é"}').toString('base64');
    await seen(requests)(event({ body, isBase64Encoded: true }));
    expect(await requests[0]?.text()).toBe('{"voice":"é"}');
  });

  it('S06 refuses two content types', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const multiValueHeaders = { Host: ['app.test'], 'Content-Type': ['text/plain', 'application/json'] };
    const result = await toAwsLambdaHandler(harness.create())(event({ headers, multiValueHeaders }));
    expect(result.statusCode).toBe(415);
  });

  it.each([{ host: 'a b/c' }, { host: 'app.test', 'bad name': 'x' }])(
    'S36 responds 400 when headers are malformed (%j)',
    async (headers) => {
      const result = await toAwsLambdaHandler(harness.create())(event({ headers }));
      expect(result.statusCode).toBe(400);
      expect(harness.upstream.requests).toEqual([]);
    },
  );

  it('S09 never makes a path part of the host', async () => {
    const requests: Request[] = [];
    await seen(requests)(event({ rawPath: '@evil.example/x' }));
    await seen(requests)(event({ rawPath: '//evil.example/x' }));
    expect(requests[0]?.url).toBe('https://app.test//evil.example/x');
  });

  it('keeps several cookies of a wrapped handler, in the place of each payload', async () => {
    const handler = harness.create();
    const wrapped = Object.assign(
      async (request: Request, context: unknown) => {
        const response = await handler(request, context);
        response.headers.append('set-cookie', 'a=1; Path=/');
        response.headers.append('set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT');
        return response;
      },
      { close: () => handler.close() },
    );
    const cookies = ['a=1; Path=/', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT'];
    const second = await toAwsLambdaHandler(wrapped)(event());
    expect(second.cookies).toEqual(cookies);
    expect(second.headers).not.toHaveProperty('set-cookie');
    expect(second).not.toHaveProperty('multiValueHeaders');
    const headers = { 'content-type': 'application/json' };
    const first = {
      httpMethod: 'POST',
      path: '/',
      headers,
      body: '{}',
      requestContext: { identity: { sourceIp: '203.0.113.9' } },
    };
    const result = await toAwsLambdaHandler(wrapped)(first);
    expect(result).toMatchObject({ statusCode: 200, multiValueHeaders: { 'set-cookie': cookies } });
    expect(result).not.toHaveProperty('cookies');
  });

  it('S20 reports the address that the gateway saw', async () => {
    await toAwsLambdaHandler(harness.create())(event());
    expect(harness.events[0]?.address).toBe('203.0.113.9');
  });
});

describe('addresses', () => {
  const harness = useHarness();

  it.each<[string, TrustProxy, string, string]>([
    ['10.1.2.3', ['10.0.0.0/8'], '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['10.1.2.3', ['10.0.0.0/8', '203.0.113.0/24'], '198.51.100.1, 203.0.113.9', '198.51.100.1'],
    ['::ffff:10.1.2.3', ['10.0.0.0/8'], '203.0.113.9', '203.0.113.9'],
    ['10.1.2.3', ['::ffff:10.0.0.0/104'], '203.0.113.9', '203.0.113.9'],
    ['11.1.2.3', ['10.0.0.0/8'], '203.0.113.9', '11.1.2.3'],
    ['2001:db8:1::5', ['2001:DB8::/32'], '2001:470:1:2::7', '2001:470:1:2::/64'],
    ['fd00::1', ['uniquelocal'], '203.0.113.9', '203.0.113.9'],
    ['127.0.0.1', ['loopback', '10.0.0.1'], '203.0.113.9, 10.0.0.1', '203.0.113.9'],
    ['169.254.1.1', ['linklocal'], '203.0.113.9', '203.0.113.9'],
    ['127.0.0.1', 'loopback', '203.0.113.9:4711', '203.0.113.9'],
    ['127.0.0.1', 'loopback', '[2001:db8:1:2::7]:4711', '2001:db8:1:2::/64'],
    ['127.0.0.1', 'loopback', '[2001:db8:1:2::7]', '2001:db8:1:2::/64'],
    ['127.0.0.1', 'loopback', '203.0.113.9:4711, 127.0.0.1:80', '203.0.113.9'],
    ['10.1.2.3', { hops: 1 }, '198.51.100.1, 203.0.113.9:4711', '203.0.113.9'],
    ['10.1.2.3', { hops: 2 }, '[::ffff:198.51.100.1]:1, 203.0.113.9:2', '198.51.100.1'],
    ['127.0.0.1', 'loopback', '203.0.113.9:99999999x', 'unknown'],
  ])(
    'S20 of the peer %s behind %j and with the header "%s" is %s',
    async (ip, trustProxy, forwarded, expected) => {
      const req = Object.assign(post({}, { 'x-forwarded-for': forwarded, host: 'localhost' }), { ip });
      await toH3Handler(harness.create(), { trustProxy })({ req });
      expect(harness.events.map((event) => event.address)).toEqual([expected]);
    },
  );

  it('S20 ignores trusted addresses but counts hops when the peer is unknown', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };
    const context = {
      req: { raw: post({}, headers), arrayBuffer: () => Promise.resolve(new ArrayBuffer()) },
    };
    await toHonoHandler(harness.create(), { trustProxy: ['10.0.0.1'], getConnInfo: () => ({ remote: {} }) })(
      context,
    );
    await toNextHandler(harness.create(), { trustProxy: { hops: 2 } })(post({}, headers));
    await toNextHandler(harness.create())(post({}, headers));
    await toNextHandler(harness.create(), { trustProxy: { hops: 3 } })(post({}, headers));
    const addresses = harness.events.map((event) => event.address);
    expect(addresses).toEqual(['unknown', '198.51.100.1', 'unknown', 'unknown']);
  });

  it('S20 reports an unknown address when SvelteKit does not know it', async () => {
    const getClientAddress = () => {
      throw new Error('No address while prerendering.');
    };
    const response = await toSvelteKitHandler(harness.create())({ request: post(), getClientAddress });
    expect([response.status, harness.events[0]?.address]).toEqual([200, 'unknown']);
  });
});

describe('context.incoming', () => {
  const harness = useHarness();

  function recordIncoming() {
    const seen: unknown[] = [];
    const handler = harness.create({
      authorize: (_request, { incoming }) => {
        seen.push(incoming);
        return { id: 'user-1' };
      },
    });
    return { seen, handler };
  }

  it('is the event of SvelteKit or Lambda, or the request of Next', async () => {
    const { seen, handler } = recordIncoming();
    const svelteKit = { request: post(), locals: { user: 'ada' }, getClientAddress: () => '203.0.113.9' };
    const http = { method: 'POST', sourceIp: '203.0.113.9', authorizer: { jwt: { claims: { sub: 'ada' } } } };
    const lambda = {
      rawPath: '/',
      headers: { host: 'app.test', 'content-type': 'application/json' },
      requestContext: { http },
      body: '{}',
    };
    const next = post();
    await toSvelteKitHandler(handler)(svelteKit);
    await toAwsLambdaHandler(handler)(lambda);
    await toNextHandler(handler)(next);
    expect(seen).toEqual([svelteKit, lambda, next]);
    expect([seen[0] === svelteKit, seen[1] === lambda, seen[2] === next]).toEqual([true, true, true]);
  });

  it('is undefined without an adapter unless the caller sets it', async () => {
    const { seen, handler } = recordIncoming();
    await handler(post());
    await handler(post(), { incoming: 'custom' });
    expect(seen).toEqual([undefined, 'custom']);
  });
});

describe('toSvelteKitHandler', () => {
  it('S28 aborts when the connection or the request ends, and leaves no listener behind', async () => {
    const socket = new EventEmitter();
    const controller = new AbortController();
    const request = new Request(post(), { signal: controller.signal });
    const signals: AbortSignal[] = [];
    const stages: (() => void)[] = [() => socket.emit('close'), () => controller.abort(), () => undefined];
    const handler = Object.assign(
      ({ signal }: Request) => {
        signals.push(signal);
        stages.shift()?.();
        return Promise.resolve(new Response());
      },
      { close: () => Promise.resolve() },
    );
    const event = { platform: { req: { socket } }, getClientAddress: () => '203.0.113.9' };
    for (let turn = 0; turn < 3; turn += 1) {
      await toSvelteKitHandler(handler)({ ...event, request: new Request(request.clone(), { signal: controller.signal }) }); // prettier-ignore
    }
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true, true]);
    expect(socket.listenerCount('close')).toBe(0);
  });
});
