import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Limiter, StandardSchema } from '@realtime-session/server';
import type { CallHandlerOptions } from '@realtime-session/server/calls';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/calls/call-clock.ts';
import { ProblemError } from '../../src/lib/problem.ts';
import {
  ANSWER,
  API_KEY,
  OFFER,
  ROUTE,
  del,
  postJson,
  postSdp,
  put,
  read,
  startCall,
  useCallHarness,
} from '../support/call-harness.ts';
import { settlesWithin } from '../support/settles-within.ts';

const APP = 'https://app.example.com';
const ID = 'AAAAAAAAAAAAAAAAAAAAAA';

/** A request of each method that does something, with these headers. */
const requests: Readonly<Record<string, (headers?: Record<string, string>) => Request>> = {
  POST: (headers) => postJson({ sdp: OFFER }, headers),
  PUT: (headers) => put(ID, headers),
  DELETE: (headers) => del(ID, headers),
};

/** Status of a request that passes all checks. PUT and DELETE name a call that does not exist. */
const passed: Readonly<Record<string, number>> = { POST: 201, PUT: 404, DELETE: 404 };

const methods = Object.keys(requests);
const send = (method: string, headers?: Record<string, string>): Request => requests[method]!(headers);
const everyMethod = <Row extends readonly unknown[]>(rows: readonly Row[]) =>
  rows.flatMap((row) => methods.map((method) => [method, ...row] as const));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const fail = (): never => {
  throw new Error('hunter2');
};
const reject = (): Promise<never> => Promise.reject(new Error('hunter2'));

describe('checks of the source of a request', () => {
  const harness = useCallHarness();

  it.each(['GET', 'HEAD', 'PATCH'])('S05 respond 405 with Allow to %s', async (method) => {
    const response = await harness.create()(new Request(`${ROUTE}?call=${ID}`, { method }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, PUT, DELETE, OPTIONS']);
    expect((await response.text()) === '').toBe(method === 'HEAD');
  });

  it.each(['TRACE', 'CONNECT', 'put', 'delete'])('S05 respond 405 to %s', async (method) => {
    const request = Object.defineProperty(postJson(), 'method', { value: method });
    expect((await harness.create()(request)).status).toBe(405);
    expect(harness.upstream.offers).toEqual([]);
  });

  it.each([
    'application/json',
    'Application/JSON ; charset=utf-8',
    'application/sdp',
    'Application/SDP;charset="UTF-8"',
  ])('S06 accept the content type %s', async (type) => {
    const body = /json/i.test(type) ? JSON.stringify({ sdp: OFFER }) : OFFER;
    expect((await harness.create()(postJson(body, { 'content-type': type }))).status).toBe(201);
  });

  it.each([
    'text/plain',
    'application/sdpx',
    'application/sdp\ta',
    'application/json, application/sdp',
    'application/sdp; charset=utf-16',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ])('S06 refuse the content type %j', async (type) => {
    const response = await harness.create()(postSdp(OFFER, { 'content-type': type }));
    expect([response.status, await read(response)]).toMatchObject([415, { code: 'unsupported_media_type' }]);
    expect(harness.upstream.offers).toEqual([]);
  });

  it('S14 refuse an offer without a content type', async () => {
    const request = new Request(ROUTE, { method: 'POST', body: new TextEncoder().encode(OFFER) });
    expect((await harness.create()(request)).status).toBe(415);
  });

  it.each(
    everyMethod([
      ['same-origin', 'pass'],
      ['none', 'pass'],
      ['same-site', 'refuse'],
      ['cross-site', 'refuse'],
      ['sideways', 'refuse'],
    ] as const),
  )('S07 %s with Sec-Fetch-Site %s: %s', async (method, site, result) => {
    const { status } = await harness.create()(send(method, { 'sec-fetch-site': site }));
    expect(status).toBe(result === 'pass' ? passed[method] : 403);
  });

  it.each(
    everyMethod<[Record<string, string>]>([
      [{ origin: 'null' }],
      [{ origin: 'null', 'sec-fetch-site': 'same-origin' }],
      [{ origin: 'http://evil.example', host: 'app.test' }],
      [{ cookie: 'sid=1' }],
    ]),
  )('S07 S08 refuse %s with %o', async (method, headers) => {
    const response = await harness.create()(send(method, headers));
    expect([response.status, await read(response)]).toMatchObject([403, { code: 'origin_forbidden' }]);
  });

  it('S08 refuse a hang-up from another site even if it knows the id of the call', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'x-anonymous': '1' };
    expect((await handler(del(id, headers))).status).toBe(403);
    expect(harness.upstream.ended).toEqual([]);
  });

  it.each(methods)(
    'S09 do not treat the host of an absolute target as the own origin of the route: %s',
    async (method) => {
      const headers = { host: 'app.test', origin: 'http://evil.example', 'content-type': 'application/sdp' };
      const url = `http://evil.example/api?call=${ID}`;
      const body = method === 'POST' ? OFFER : null;
      expect((await harness.create()(new Request(url, { method, headers, body }))).status).toBe(403);
    },
  );

  it.each(
    everyMethod([
      ['https://app.example.com.evil.io'],
      ['http://app.example.com'],
      ['https://APP.example.com'],
    ]),
  )('S10 refuse %s from %s, which is not the allowed origin', async (method, origin) => {
    const handler = harness.create({ allowedOrigins: [APP] });
    const response = await handler(send(method, { origin, 'sec-fetch-site': 'cross-site' }));
    expect(response.status).toBe(403);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('S11 permit an allowed origin every method and the headers of the official clients, for twice a heartbeat', async () => {
    const handler = harness.create({ allowedOrigins: [APP], authorize: fail });
    const headers = { origin: APP, 'access-control-request-method': 'DELETE' };
    const response = await handler(new Request(`${ROUTE}?call=${ID}`, { method: 'OPTIONS', headers }));
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'POST, PUT, DELETE, OPTIONS']);
    expect(response.headers.get('access-control-allow-origin')).toBe(APP);
    expect(response.headers.get('access-control-allow-methods')).toBe('POST, PUT, DELETE');
    const allowed = response.headers.get('access-control-allow-headers')?.split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'x-openai-agents-sdk']));
    // The longest heartbeat: a third of the largest `heartbeatTimeoutMs`.
    expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(2 * 200);
    expect(response.headers.get('access-control-expose-headers')).toContain('Location');
  });

  it.each(methods)('S11 let an allowed page read the response to %s', async (method) => {
    const handler = harness.create({ allowedOrigins: [APP] });
    const response = await handler(send(method, { origin: APP, 'sec-fetch-site': 'cross-site' }));
    expect(response.status).toBe(passed[method]);
    expect(response.headers.get('access-control-allow-origin')).toBe(APP);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    expect(response.headers.get('access-control-expose-headers')).toContain('Location');
  });

  it('S11 give an unlisted origin no permission', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'PUT' };
    const request = new Request(ROUTE, { method: 'OPTIONS', headers });
    const response = await harness.create({ allowedOrigins: [APP] })(request);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it.each(methods)('refuse %s to a host that is not allowed', async (method) => {
    const handler = harness.create({ allowedHosts: ['app.test'] });
    expect((await handler(send(method, { host: 'app.test' }))).status).toBe(passed[method]);
    const response = await handler(send(method, { host: 'evil.example' }));
    expect([response.status, await read(response)]).toMatchObject([403, { code: 'host_forbidden' }]);
  });
});

describe('authorization of calls', () => {
  const harness = useCallHarness();

  it.each([
    ['POST', null, 401],
    ['POST', undefined, 401],
    ['POST', false, 401],
    ['PUT', null, 401],
    ['PUT', false, 401],
    // The unguessable id alone is enough to end a call. This one does not exist.
    ['DELETE', null, 404],
  ] as const)('S02 %s with the principal %s: %i', async (method, principal, status) => {
    expect((await harness.create({ authorize: () => principal })(send(method))).status).toBe(status);
    expect(harness.upstream.offers).toEqual([]);
  });

  it.each(
    everyMethod<[string, CallHandlerOptions['authorize']]>([
      ['throws', fail],
      ['rejects', reject],
      ['returns true', () => true as never],
      ['returns an empty id', () => ({ id: '' })],
    ]),
  )('S02 %s fails closed when authorize %s', async (method, _what, authorize) => {
    const response = await harness.create({ authorize })(send(method));
    const text = await response.text();
    expect([response.status, text]).toEqual([500, expect.stringContaining('internal_error')]);
    expect(text).not.toContain('hunter2');
    expect(harness.upstream.offers).toEqual([]);
  });

  it.each(methods)('S02 responds 503 to %s when authorize hangs', async (method) => {
    const handler = harness.create({ authorize: () => new Promise<null>(() => undefined), timeoutMs: 20 });
    expect(await read(await handler(send(method)))).toMatchObject({ status: 503, code: 'hook_timeout' });
  });

  it.each(['userId', 'user', 'safety_identifier', 'apiKey', 'baseURL', 'model', 'principal', 'call_id'])(
    'S03 refuses %s in the body',
    async (field) => {
      const response = await harness.create()(postJson({ sdp: OFFER, [field]: 'evil-value' }));
      const problem = await read(response);
      expect(problem).toMatchObject({ status: 400, code: 'unknown_field', path: field });
      expect(JSON.stringify(problem)).not.toContain('evil-value');
      expect(harness.upstream.offers).toEqual([]);
    },
  );

  it('S04 responds 403 when session refuses the principal', async () => {
    expect((await harness.create({ session: () => null })(postJson())).status).toBe(403);
    expect(harness.upstream.offers).toEqual([]);
  });
});

describe('bodies of calls', () => {
  const harness = useCallHarness();

  const streamed = (type: string, ...chunks: readonly string[]): Request => {
    const body = new Blob([...chunks]).stream();
    return new Request(ROUTE, { method: 'POST', headers: { 'content-type': type }, body, duplex: 'half' } as RequestInit); // prettier-ignore
  };

  it.each(['application/json', 'application/sdp'])(
    'S12 refuses %s over the limit, declared or not',
    async (type) => {
      const handler = harness.create({ maxBodyBytes: 100 });
      const long = type === 'application/sdp' ? OFFER : JSON.stringify({ sdp: OFFER });
      const declared = postSdp(long, { 'content-type': type, 'content-length': '70000' });
      expect((await handler(declared)).status).toBe(413);
      expect(declared.bodyUsed).toBe(false);
      expect((await handler(streamed(type, long))).status).toBe(413);
      expect(harness.upstream.offers).toEqual([]);
    },
  );

  it.each([
    ['nothing', ''],
    ['broken JSON', '{"sdp":'],
    ['a list', '[]'],
    ['a string', JSON.stringify(OFFER)],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a duplicate key', '{"sdp":"a","sdp":"b"}'],
    ['__proto__', '{"__proto__":{"polluted":1}}'],
    ['a deep session', `{"sdp":"v=0","session":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`],
  ])('S13 refuses %s', async (_what, body) => {
    const response = await harness.create()(postJson(body));
    expect([response.status, await read(response)]).toMatchObject([400, { code: 'invalid_json' }]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each(['application/json', 'application/sdp'])(
    'S14 creates nothing from a truncated %s',
    async (type) => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(type === 'application/sdp' ? OFFER : '{}'));
          controller.error(new Error('connection reset'));
        },
      });
      const init = { method: 'POST', headers: { 'content-type': type }, body, duplex: 'half' };
      expect((await harness.create()(new Request(ROUTE, init))).status).toBe(499);
      expect(harness.upstream.offers).toEqual([]);
      expect(harness.events.map((event) => event.type)).toEqual(['aborted']);
    },
  );

  it('S36 responds 408 when the body does not arrive in time', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x76])) });
    const init = { method: 'POST', headers: { 'content-type': 'application/sdp' }, body, duplex: 'half' };
    expect((await harness.create({ timeoutMs: 30 })(new Request(ROUTE, init))).status).toBe(408);
  });
});

describe('the session of a call', () => {
  const harness = useCallHarness();

  it('S16 keeps what the owner set, whatever the client may set', async () => {
    const tools = [{ type: 'function' as const, name: 'look_up' }];
    const handler = harness.create({
      session: { type: 'realtime', model: 'gpt-realtime-2.1', instructions: 'Be brief.', tools },
      allow: ['model', 'instructions', 'voice', 'max_output_tokens'],
      maxOutputTokens: 400,
    });
    const session = { model: 'other', instructions: 'Be long.', max_output_tokens: 4096 };
    expect((await handler(postJson({ sdp: OFFER, session }))).status).toBe(201);
    expect(harness.upstream.offers[0]?.session).toEqual({
      type: 'realtime',
      model: 'gpt-realtime-2.1',
      instructions: 'Be brief.',
      tools,
      max_output_tokens: 400,
    });
  });
});

describe('limits of requests for calls', () => {
  const harness = useCallHarness();
  const rate = (max: number) => ({ max, windowMs: 60_000 });

  it('S18 count principals and addresses separately, and name the remedy', async () => {
    const handler = harness.create({ limits: { perPrincipal: rate(1), perAddress: rate(3) } });
    const post = async (user: string) =>
      (await handler(postJson({ sdp: OFFER }, { 'x-user': user }), { address: '192.0.2.1' })).status;
    expect([await post('a'), await post('b'), await post('a'), await post('c')]).toEqual([
      201, 201, 429, 429,
    ]);
    expect(harness.events.slice(2)).toMatchObject([
      { code: 'rate_limited', limit: 'principal', remedy: expect.stringContaining('`limits.perPrincipal`') },
      { code: 'rate_limited', limit: 'address', remedy: expect.stringContaining('`trustProxy`') },
    ]);
  });

  it.each(['PUT', 'DELETE'])(
    'S18 do not count %s with the calls, and refuse a flood of it',
    async (method) => {
      const now = 1_000_000;
      const clock = { ...systemClock, nowMs: () => now };
      const handler = harness.create({
        limits: { perPrincipal: rate(1), perAddress: rate(1) },
        callLimits: { maxConcurrentPerPrincipal: 1 },
        clock,
      });
      const statuses = new Set<number>();
      // Three heartbeats a minute are normal; ten times as many are accepted.
      for (let count = 0; count < 30; count += 1) statuses.add((await handler(send(method))).status);
      expect([...statuses]).toEqual([404]);
      const refused = await handler(send(method));
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
      expect(harness.events.at(-1)).toMatchObject({ remedy: expect.stringContaining('`heartbeat_ms`') });
      // The other methods have limits of their own.
      const other = method === 'PUT' ? 'DELETE' : 'PUT';
      expect((await handler(send(other))).status).toBe(404);
      expect((await handler(send('POST'))).status).toBe(201);
    },
  );

  it('S18 accept the heartbeats of two thousand calls that share an address', async () => {
    const now = 1_000_000;
    const clock = { ...systemClock, nowMs: () => now };
    let user = 0;
    const handler = harness.create({
      authorize: () => ({ id: `user-${(user += 1)}` }),
      callLimits: { heartbeatTimeoutMs: 600_000 },
      clock,
    });
    const statuses = new Set<number>();
    for (let count = 0; count < 2000; count += 1) statuses.add((await handler(put(ID))).status);
    expect([...statuses]).toEqual([404]);
    expect((await handler(put(ID))).status).toBe(429);
  });

  it('S18 ask a custom limiter for calls only, so that its rate cannot end a running call', async () => {
    const keys: string[] = [];
    const limiter: Limiter = {
      consume(key) {
        keys.push(key);
        return { allowed: keys.length <= 2, limit: 1, remaining: 0, retryAfterMs: 1000 };
      },
    };
    const handler = harness.create({ limiter });
    const id = await startCall(handler);
    expect((await handler(postJson())).status).toBe(429);
    expect((await handler(put(id))).status).toBe(200);
    expect((await handler(del(id))).status).toBe(204);
    expect(keys).toEqual(['address:unknown', `principal:${sha256('user-1')}`, 'address:unknown']);
  });

  it('S19 S20 count all notations of an address, and all unknown addresses, together', async () => {
    const handler = harness.create({ limits: { perAddress: rate(1) } });
    const post = async (address: string | undefined) => (await handler(postJson(), { address })).status;
    expect([await post('192.0.2.1'), await post('::ffff:192.0.2.1')]).toEqual([201, 429]);
    expect([await post(undefined), await post('not an address')]).toEqual([201, 429]);
  });

  it.each<[string, Limiter['consume']]>([
    ['rejects', reject],
    ['throws', fail],
    ['returns nothing', () => undefined as never],
  ])('S21 respond 503 when the limiter %s', async (_what, consume) => {
    const response = await harness.create({ limiter: { consume } })(postJson());
    expect(await read(response)).toMatchObject({ status: 503, code: 'limiter_unavailable' });
    expect(harness.upstream.offers).toEqual([]);
  });

  it('S21 respond within 250 ms when the limiter hangs', async () => {
    const pending = harness.create({ limiter: { consume: () => new Promise(() => undefined) } })(postJson());
    expect(await settlesWithin(250, pending)).toBe(true);
    expect((await pending).status).toBe(503);
  });

  it('S21 create calls uncounted when limiterFailure is allow, and report it', async () => {
    const handler = harness.create({ limiter: { consume: reject }, limiterFailure: 'allow' });
    expect((await handler(postJson())).status).toBe(201);
    expect(harness.events[0]).toMatchObject({ type: 'call-created', limiterFailures: 2 });
  });
});

describe('responses for calls', () => {
  const harness = useCallHarness();

  it('S31 contain the answer and our own id, never what the provider calls the call', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const responses = [await handler(postSdp()), await handler(postJson()), await handler(put(id)), await handler(del(id)), await handler(put(id))]; // prettier-ignore
    for (const response of responses) {
      const shown = (await response.text()) + JSON.stringify([...response.headers]);
      expect(shown).not.toMatch(/rtc_|Be brief|user-1/);
    }
    expect(JSON.stringify([harness.events, harness.callEvents])).not.toMatch(/rtc_|Be brief|user-1|v=0/);
  });

  it('S32 send no-store with every response', async () => {
    const handler = harness.create();
    const id = await startCall(handler);
    const all = [
      postJson(),
      postSdp(),
      postJson({}),
      postSdp('no offer'),
      put(id),
      put(ID),
      del(id),
      put(id),
      put(id, { 'x-anonymous': '1' }),
      new Request(ROUTE, { method: 'GET' }),
      new Request(ROUTE, { method: 'HEAD' }),
      new Request(ROUTE, { method: 'OPTIONS' }),
    ];
    for (const request of all) {
      const { headers } = await handler(request);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('vary')).toBe('Origin, Sec-Fetch-Site, Cookie, Authorization');
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    }
  });

  it.each([
    ['upstream_rejected', 502, {}],
    ['upstream_busy', 503, { retryAfterMs: 2500 }],
    ['outcome_unknown', 504, {}],
    ['upstream_quota_exhausted', 503, {}],
  ] as const)('S33 report %s of the provider as a problem', async (code, status, detail) => {
    harness.upstream.answer = () => Promise.reject(new ProblemError(code, detail));
    const response = await harness.create()(postJson());
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('retry-after')).toBe('retryAfterMs' in detail ? '3' : null);
    expect(await read(response)).toMatchObject({
      code,
      status,
      request_id: response.headers.get('x-request-id'),
    });
    expect(harness.events).toMatchObject([{ type: 'failed', code }]);
  });

  it('S34 never contain a piece of the API key, the instructions or the HMAC key', async () => {
    const secrets = [API_KEY, 'The secret system prompt of the owner.', 'hmac-Wd84kfPq02LmXz19'];
    const [, instructions = '', safetyIdentifierKey = ''] = secrets;
    const pieces = secrets.flatMap((secret) =>
      Array.from({ length: secret.length - 11 }, (_, start) => secret.slice(start, start + 12)),
    );
    const shown: string[] = [];
    // The text of an error of the owner is in the event, without what the server knows to be secret.
    const leak = (): Promise<never> => Promise.reject(new Error(`${API_KEY} ${safetyIdentifierKey}`));
    for (const options of [{}, { session: leak }, { authorize: leak }, { apiKey: leak }] as const) {
      const handler = harness.create({ session: { model: 'gpt-realtime-2.1', instructions }, safetyIdentifierKey, ...options }); // prettier-ignore
      for (const create of [() => postJson(), () => postSdp(), () => put(ID), () => del(ID)]) {
        const response = await handler(create());
        shown.push(await response.text(), JSON.stringify([...response.headers]));
      }
      shown.push(inspect(handler, { depth: 9, showHidden: true }));
    }
    shown.push(inspect(harness.events, { depth: 9 }), JSON.stringify(harness.callEvents));
    expect(pieces.filter((piece) => shown.some((text) => text.includes(piece)))).toEqual([]);
  });

  it.each(['\ud800', 'ключ', 'a\u0000b\r\n', '-'.repeat(512)])(
    'S35 S26 hash the principal id %j',
    async (id) => {
      const handler = harness.create({
        authorize: () => ({ id }),
        safetyIdentifierKey: 'a-key-of-enough-length',
      });
      expect((await handler(postJson())).status).toBe(201);
      expect(harness.upstream.offers[0]?.safetyIdentifier).toMatch(/^[\da-f]{64}$/);
      expect(harness.events[0]?.principal).toBe(harness.upstream.offers[0]?.safetyIdentifier);
    },
  );
});

describe('robustness of the route for calls', () => {
  const harness = useCallHarness();
  const schema = (validate: StandardSchema['~standard']['validate']): StandardSchema => ({
    '~standard': { version: 1, vendor: 'test', validate },
  });

  it.each(everyMethod([['a b/c'], ['app.test@evil.example'], ['[::1'], ['']]))(
    'S36 responds 400 to %s with the host %j',
    async (method, host) => {
      expect((await harness.create()(send(method, { host }))).status).toBe(400);
    },
  );

  it.each(methods)('S36 responds 400 to %s with a URL that is not absolute', async (method) => {
    const request = Object.defineProperty(send(method), 'url', { value: '/api' });
    expect((await harness.create()(request)).status).toBe(400);
  });

  it.each<[string, Partial<CallHandlerOptions>, number]>([
    ['session throws', { session: fail }, 500],
    ['session rejects', { session: reject }, 500],
    ['session returns an invalid value', { session: () => ({ speed: 99 }) }, 500],
    ['apiKey throws', { apiKey: fail }, 500],
    ['apiKey is missing', { apiKey: () => undefined }, 500],
    ['the schema throws', { allow: schema(fail) }, 500],
    ['the schema returns an invalid value', { allow: schema(() => undefined as never) }, 500],
    ['onEvent throws', { onEvent: fail }, 201],
    ['onEvent rejects', { onEvent: reject }, 201],
    ['onCall throws', { onCall: fail }, 201],
  ])('S36 S40 responds and leaves no rejection unhandled when %s', async (_what, options, status) => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const response = await harness.create(options)(postJson());
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect([response.status, response.headers.get('cache-control')]).toEqual([status, 'no-store']);
    expect(await response.text()).not.toContain('hunter2');
    expect(unhandled).toEqual([]);
  });

  it('S28 finishes a creation whose page has left, and ends the call', async () => {
    const leaving = new AbortController();
    harness.upstream.answer = () => {
      leaving.abort();
      return Promise.resolve(ANSWER);
    };
    const handler = harness.create();
    const response = await handler(new Request(postJson(), { signal: leaving.signal }));
    expect(response.status).toBe(499);
    await handler.close({ graceMs: 0 });
    expect(harness.upstream.ended).toHaveLength(1);
    expect(harness.events).toMatchObject([{ type: 'aborted' }]);
  });

  it.each<[string, (request: Request) => unknown]>([
    ['read', (request) => request.text()],
    ['locked', (request) => request.body?.getReader()],
  ])('S37 reports server_misconfigured when the body was already %s', async (_what, use) => {
    const request = postSdp();
    await use(request);
    expect(await read(await harness.create()(request))).toMatchObject({ code: 'server_misconfigured' });
  });

  it('throws a TypeError that names the adapter when it is mounted without one', () => {
    const message = { httpVersion: '1.1', socket: {} };
    expect(() => harness.create()(message as never, { status: fail, json: fail })).toThrow(
      /toExpressHandler/,
    );
  });
});
