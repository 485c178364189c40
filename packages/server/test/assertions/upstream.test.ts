import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { azure, compatible, openai } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { API_KEY, post, read, useHarness } from '../support/harness.ts';
import { listen } from '../support/listen.ts';
import { settlesWithin } from '../support/settles-within.ts';
import { inTurn, json, mintedBody } from '../support/upstream.ts';
import type { Reply } from '../support/upstream.ts';

const apiError = (code: string, message = 'no') => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});
const retryNow = { 'retry-after-ms': '0' };

describe('upstream call', () => {
  const harness = useHarness();
  const mint = async (reply: Reply, options: Parameters<typeof harness.create>[0] = {}) => {
    harness.upstream.reply = reply;
    const response = await harness.create(options)(post());
    return { response, problem: await read(response) };
  };

  it('S23 S25 sends the key upstream and no header of the browser', async () => {
    await harness.create()(post({}, { authorization: 'Bearer user-token', 'x-custom': 'private' }));
    const [request] = harness.upstream.requests;
    expect(request?.url).toBe('/v1/realtime/client_secrets');
    expect(request?.headers.authorization).toBe(`Bearer ${API_KEY}`);
    expect(JSON.stringify(request?.headers)).not.toMatch(/user-token|private/);
    expect(request?.headers).not.toHaveProperty('openai-beta');
    expect(request?.headers).not.toHaveProperty('openai-safety-identifier');
  });

  it('sends the headers that each upstream requires', async () => {
    const calls: [string, Headers][] = [];
    const fetch = (input: unknown, init?: RequestInit) => {
      calls.push([String(input), new Headers(init?.headers)]);
      return Promise.resolve(Response.json(mintedBody()));
    };
    await harness.create({ fetch, upstream: openai({ organization: 'org-1', project: 'proj_1' }) })(post());
    await harness.create({ fetch, upstream: azure({ endpoint: 'https://res.openai.azure.com' }) })(post());
    await harness.create({
      fetch,
      upstream: azure({ endpoint: 'https://res.openai.azure.com', credential: 'bearer' }),
    })(post());
    expect(calls[0]?.[1].get('openai-organization')).toBe('org-1');
    expect(calls[0]?.[1].get('openai-project')).toBe('proj_1');
    expect(calls[1]?.[1].get('api-key')).toBe(API_KEY);
    expect(calls[1]?.[1].get('authorization')).toBeNull();
    expect(calls[2]?.[1].get('authorization')).toBe(`Bearer ${API_KEY}`);
  });

  it('S24 never follows a redirect', async () => {
    const second: unknown[] = [];
    const other = await listen(
      createServer((message, response) => {
        second.push(message.headers);
        response.end('{}');
      }),
    );
    const { problem } = await mint((_message, response) =>
      response.writeHead(307, { location: other.origin }).end(),
    );
    await other.close();
    expect(problem).toMatchObject({ status: 502, code: 'upstream_invalid_response' });
    expect(second).toEqual([]);
    expect(harness.upstream.requests).toHaveLength(1);
  });

  it('S26 sends the same hash of the principal id each time', async () => {
    const key = 'a-key-of-enough-length';
    const handler = harness.create({
      safetyIdentifierKey: key,
      authorize: () => ({ id: 'alice@example.com' }),
    });
    await handler(post());
    await handler(post());
    const sent = harness.upstream.requests.map((request) => request.headers['openai-safety-identifier']);
    const expected = createHmac('sha256', key).update('alice@example.com').digest('hex');
    expect(sent).toEqual([expected, expected]);
    expect(JSON.stringify(harness.upstream.requests)).not.toContain('alice@example.com');
    expect(harness.events[0]?.principal).toBe(expected);
    expect(JSON.stringify(harness.events)).not.toContain('alice@example.com');
  });

  it.each<[string, Reply]>([
    ['headers', () => undefined],
    [
      'body',
      (_message, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{');
      },
    ],
  ])(
    'S27 responds 504 within 100 ms of the time limit and closes its sockets when the upstream stalls in its %s',
    async (_where, reply) => {
      const released: Promise<unknown>[] = [];
      const observed: Reply = (message, response) => {
        released.push(once(message.socket, 'close'));
        reply(message, response);
      };
      const minted = mint(observed, { timeoutMs: 200 });
      expect(await settlesWithin(200 + 100, minted)).toBe(true);
      const { problem } = await minted;
      expect(problem).toMatchObject({ status: 504, code: 'upstream_timeout' });
      expect(released).not.toEqual([]);
      await Promise.all(released);
    },
  );

  it.each<[string, Reply]>([
    ['headers', () => undefined],
    [
      'body',
      (_message, response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    ],
  ])('S27 S29 retries when an attempt stalls in its %s', async (_where, stall) => {
    const { response } = await mint(inTurn(stall, json(200, mintedBody())), { timeoutMs: 4_000 });
    expect(response.status).toBe(200);
    expect(harness.events[0]).toMatchObject({ type: 'minted', attempts: 2 });
  });

  it('S28 aborts the upstream call within 100 ms and does not retry when the client disconnects', async () => {
    const client = new AbortController();
    const isClosedInTime = new Promise<boolean>((resolve) => {
      harness.upstream.reply = (message) => {
        const closed = once(message.socket, 'close');
        client.abort();
        resolve(settlesWithin(100, closed));
      };
    });
    const request = new Request(post(), { signal: client.signal });
    const response = await harness.create()(request);
    expect(await isClosedInTime).toBe(true);
    expect(response.status).toBe(499);
    expect(harness.upstream.requests).toHaveLength(1);
    expect(harness.events.map((event) => event.type)).toEqual(['aborted']);
  });

  it('S28 does not retry when the client disconnects between two attempts', async () => {
    const client = new AbortController();
    harness.upstream.reply = (message, response) => {
      json(503, {}, { 'retry-after-ms': '5000' })(message, response);
      response.once('close', () => client.abort());
    };
    const response = await harness.create()(new Request(post(), { signal: client.signal }));
    expect(response.status).toBe(499);
    expect(harness.upstream.requests).toHaveLength(1);
  });

  it('S28 makes no call when the client has already disconnected', async () => {
    const response = await harness.create()(new Request(post(), { signal: AbortSignal.abort() }));
    expect(response.status).toBe(499);
    expect(harness.upstream.requests).toHaveLength(0);
  });

  it.each<[string, Reply]>([
    ['408', json(408, {}, retryNow)],
    ['429', json(429, apiError('rate_limit_exceeded'), retryNow)],
    ['500', json(500, {}, retryNow)],
    ['503', json(503, 'no json', retryNow)],
    ['a reset', (message) => message.socket.destroy()],
    [
      'a reset in the body',
      (message, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9' });
        response.write('{', () => message.socket.destroy());
      },
    ],
  ])('S29 retries after %s', async (_what, reply) => {
    const { response } = await mint(inTurn(reply, reply, json(200, mintedBody())));
    expect(response.status).toBe(200);
    expect(harness.upstream.requests).toHaveLength(3);
    expect(harness.events[0]).toMatchObject({ type: 'minted', attempts: 3 });
  });

  it('S29 waits for Retry-After before it retries', async () => {
    const started = performance.now();
    const { response } = await mint(
      inTurn(json(429, {}, { 'retry-after-ms': '120' }), json(200, mintedBody())),
    );
    expect(response.status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(119);
  });

  it('S29 makes at most three attempts', async () => {
    const { problem } = await mint(json(500, {}, retryNow));
    expect(problem).toMatchObject({ status: 502, code: 'upstream_error' });
    expect(harness.upstream.requests).toHaveLength(3);
  });

  it.each<[string, number, object, Record<string, string>, string]>([
    ['a rejected key', 401, apiError('invalid_api_key'), {}, 'server_misconfigured'],
    ['a forbidden key', 403, apiError('unsupported_country_region_territory'), {}, 'server_misconfigured'],
    ['rejected parameters', 400, apiError('invalid_value'), {}, 'upstream_rejected'],
    ['a retired shape', 400, apiError('beta_api_shape_disabled'), {}, 'server_misconfigured'],
    ['a conflict', 409, apiError('conflict'), retryNow, 'upstream_rejected'],
    ['no credit', 429, apiError('credit_balance_exhausted'), retryNow, 'upstream_quota_exhausted'],
    ['an unknown model', 404, apiError('model_not_found'), {}, 'server_misconfigured'],
    ['an unknown address', 404, apiError('unknown_url'), {}, 'server_misconfigured'],
    ['no quota', 429, apiError('insufficient_quota'), retryNow, 'upstream_quota_exhausted'],
    ['x-should-retry: false', 500, {}, { 'x-should-retry': 'false' }, 'upstream_error'],
    [
      'an empty error',
      400,
      { error: { message: '', type: '', code: '', param: '' } },
      {},
      'upstream_rejected',
    ],
  ])('S29 S33 does not retry after %s', async (_what, status, body, headers, code) => {
    const { problem } = await mint(json(status, body, headers));
    expect(problem.code).toBe(code);
    expect(harness.upstream.requests).toHaveLength(1);
  });

  it('S29 S33 responds 503 with Retry-After when the wait exceeds the time limit', async () => {
    const { response, problem } = await mint(
      json(429, apiError('rate_limit_exceeded'), { 'retry-after': '17' }),
    );
    expect(problem).toMatchObject({ status: 503, code: 'upstream_busy', retry_after: 17 });
    expect(response.headers.get('retry-after')).toBe('17');
    expect(harness.upstream.requests).toHaveLength(1);
  });

  it('S29 compares a Retry-After date with the Date of the same response', async () => {
    const date = new Date(Date.now() - 7_200_000);
    const later = new Date(date.getTime() + 33_000);
    const headers = { date: date.toUTCString(), 'retry-after': later.toUTCString() };
    expect((await mint(json(503, {}, headers))).problem.retry_after).toBe(33);
  });

  it.each<[string, Reply]>([
    [
      'HTML',
      (_message, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hi</p>'),
    ],
    [
      'broken JSON',
      (_message, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
    ],
    ['an error with status 200', json(200, apiError('x'))],
    ['no token', json(200, { ...mintedBody(), value: undefined })],
    ['an empty token', json(200, { ...mintedBody(), value: '' })],
    ['a standing key', json(200, { ...mintedBody(), value: 'sk-abcdefghijklmnop' })],
    ['the API key as the token', json(200, { ...mintedBody(), value: API_KEY })],
    ['a token with a line break', json(200, { ...mintedBody(), value: 'ek_a\r\nX: y' })],
    ['a past expiry', json(200, mintedBody(-5))],
    ['no expiry', json(200, { ...mintedBody(), expires_at: 0 })],
    ['an expiry in milliseconds', json(200, { ...mintedBody(), expires_at: Date.now() })],
    ['a text expiry', json(200, { ...mintedBody(), expires_at: 'soon' })],
    ['more than 256 KB', json(200, { ...mintedBody(), padding: 'x'.repeat(300_000) })],
  ])('S30 responds 502 when the upstream returns 200 with %s', async (_what, reply) => {
    const { problem } = await mint(reply);
    expect(problem).toMatchObject({ status: 502, code: 'upstream_invalid_response' });
  });

  it('S30 requires an ek_ token from OpenAI', async () => {
    const fetch = () => Promise.resolve(Response.json({ ...mintedBody(), value: 'other_token_1234' }));
    expect((await harness.create({ fetch, upstream: openai() })(post())).status).toBe(502);
  });

  it('S30 responds 502 when the upstream returns the key as the token', async () => {
    const apiKey = 'gateway-key-without-prefix';
    const { problem } = await mint(json(200, { ...mintedBody(), value: apiKey }), { apiKey });
    expect(problem.code).toBe('upstream_invalid_response');
  });

  it('S30 responds 502 when the upstream response contains the key anywhere', async () => {
    const body = mintedBody(120, { id: `sess_${API_KEY}` });
    expect((await mint(json(200, body))).problem.code).toBe('upstream_invalid_response');
  });

  it('S25 calls the apiKey function for each mint, for example for an Entra token', async () => {
    const sent: (string | null)[] = [];
    const fetch = (_input: unknown, init?: RequestInit) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return Promise.resolve(Response.json(mintedBody()));
    };
    let turn = 0;
    const handler = harness.create({
      fetch,
      upstream: azure({ endpoint: 'https://res.openai.azure.com', credential: 'bearer' }),
      apiKey: () => Promise.resolve(`eyJ0-entra-${(turn += 1)}`),
    });
    await handler(post());
    await handler(post());
    expect(sent).toEqual(['Bearer eyJ0-entra-1', 'Bearer eyJ0-entra-2']);
  });

  it.each(['client_secrets', 'sessions'] as const)(
    'S33 names the remedy when %s is retired',
    async (call) => {
      const upstream = compatible({ baseUrl: harness.upstream.origin, api: call });
      const reply =
        call === 'sessions'
          ? json(404, apiError('unknown_url', 'Invalid URL (POST /v1/realtime/sessions)'))
          : json(400, apiError('beta_api_shape_disabled'));
      const { problem } = await mint(reply, { upstream });
      expect(problem).toMatchObject({
        code: 'server_misconfigured',
        title: expect.stringContaining('has retired'),
      });
      expect(JSON.stringify(problem)).not.toContain('Invalid URL');
      expect(harness.events[0]).toMatchObject({ remedy: expect.stringContaining("api: 'client_secrets'") });
    },
  );

  it('reports a rejected key in the response and in the event', async () => {
    const { problem } = await mint(
      json(401, apiError('invalid_api_key', `Incorrect API key provided: ${API_KEY}`)),
    );
    expect(problem).toMatchObject({ status: 500, title: expect.stringContaining('check the key') });
    expect(harness.events[0]).toMatchObject({ upstreamStatus: 401, upstreamCode: 'invalid_api_key' });
  });

  it.each([undefined, '', 'two words', 'sk-abc\r\nX: y', 'sk-ключ'])(
    'S35 responds 500 when the API key is %j',
    async (key) => {
      const response = await harness.create({ apiKey: () => key })(post());
      expect(await read(response)).toMatchObject({
        code: 'server_misconfigured',
        title: expect.stringContaining('API key'),
      });
      expect(harness.upstream.requests).toHaveLength(0);
    },
  );

  it('S35 never sends the raw principal id', async () => {
    const id = 'ü\r\nX-Evil: 1\0';
    const handler = harness.create({
      authorize: () => ({ id }),
      safetyIdentifierKey: 'a-key-of-enough-length',
    });
    expect((await handler(post())).status).toBe(200);
    expect(harness.upstream.requests[0]?.headers['openai-safety-identifier']).toMatch(/^[\da-f]{64}$/);
  });
});
