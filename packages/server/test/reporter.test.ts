import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { compatible, consoleReporter } from '@realtime-session/server';
import type { Principal, SessionHandlerOptions } from '@realtime-session/server';
import { toNodeHandler } from '@realtime-session/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { API_KEY, useHarness } from './support/harness.ts';
import { listen } from './support/listen.ts';
import { json } from './support/upstream.ts';

const MODEL = { model: 'gpt-realtime-2.1' };
const MINUTE_MS = 60_000;

interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

const harness = useHarness();

/** A server with the mint route on a socket, and the lines that its reporter prints. */
async function serve(options: Partial<SessionHandlerOptions> = {}) {
  const lines: string[] = [];
  const clock = { nowMs: Date.UTC(2026, 10, 26) };
  const nowMs = (): number => clock.nowMs;
  const print = (line: string) => lines.push(line);
  const onEvent = consoleReporter({ console: { error: print, warn: print }, nowMs });
  const handler = harness.create({ session: MODEL, onEvent, ...options });
  const { port, close } = await listen(createServer(toNodeHandler(handler)));
  onTestFinished(close);

  const send = async ({ method = 'POST', headers = {}, body = '{}' }: Sent = {}) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path: '/api/session' });
    for (const [name, value] of Object.entries({ 'content-type': 'application/json', ...headers }))
      request.setHeader(name, value!);
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return { status: response.statusCode, requestId: String(response.headers['x-request-id']) };
  };
  return { lines, send, clock, port };
}

/** A value that a JavaScript caller can return. */
function returning(value: unknown): SessionHandlerOptions['authorize'] {
  return () => value as Principal;
}

describe('the console reporter prints one line with code, remedy and request id', () => {
  it.each([undefined, ''])('when `apiKey` returns %j', async (key) => {
    const { lines, send } = await serve({ apiKey: () => key });
    const { status, requestId } = await send();
    expect(status).toBe(500);
    expect(lines).toEqual([
      `[realtime-session] server_misconfigured: \`apiKey\` is not set; set OPENAI_API_KEY in the environment of this server, and start it again. (request ${requestId})`,
    ]);
  });

  it.each([
    ['a line break at its end', `${API_KEY}\n`, 'call `.trim()` on it'],
    ['a line break in it', `${API_KEY}\n${API_KEY}`, 'spaces, line breaks'],
    ['quotes', `"${API_KEY}"`, 'contains quotes'],
    ['another type', 42 as never, 'is of type number'],
  ])('when the API key has %s', async (_what, key, expected) => {
    const { lines, send } = await serve({ apiKey: () => key });
    await send();
    expect(lines).toEqual([expect.stringContaining(expected)]);
    expect(lines[0]).not.toContain(API_KEY.slice(0, 12));
  });

  it('when the upstream rejects the key', async () => {
    const { lines, send } = await serve();
    const message = `Incorrect API key provided: ${API_KEY}.`;
    harness.upstream.reply = json(401, { error: { code: 'invalid_api_key', message } });
    const { requestId } = await send();
    expect(lines).toEqual([
      `[realtime-session] server_misconfigured: The upstream rejected the API key; check the option \`apiKey\` (the right project, not revoked, not an ephemeral token). (upstream 401 invalid_api_key, request ${requestId})`,
    ]);
  });

  it('when the upstream is down', async () => {
    const { origin, close } = await listen(createServer());
    await close();
    const { lines, send } = await serve({ upstream: compatible({ baseUrl: origin }) });
    const { status, requestId } = await send();
    expect(status).toBe(502);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\[realtime-session\] upstream_error: The upstream could not be reached/);
    expect(lines[0]).toContain(`ECONNREFUSED ${origin.slice('http://'.length)}`);
    expect(lines[0]).toContain(requestId);
  });

  it('when the upstream responds with 5xx', async () => {
    const { lines, send } = await serve();
    harness.upstream.reply = json(500, {}, { 'x-should-retry': 'false' });
    await send();
    expect(lines).toEqual([expect.stringMatching(/upstream_error: .*status page.*\(upstream 500, request /)]);
  });

  it('when a quota is used up', async () => {
    const { lines, send } = await serve();
    harness.upstream.reply = json(429, { error: { code: 'insufficient_quota', type: 'insufficient_quota' } });
    await send();
    expect(lines).toEqual([
      expect.stringMatching(
        /^\[realtime-session\] upstream_quota_exhausted: .*add credit.*\(upstream 429 insufficient_quota, request /,
      ),
    ]);
  });

  it('when the upstream rejects a parameter', async () => {
    const { lines, send } = await serve();
    harness.upstream.reply = json(400, { error: { code: 'invalid_value', param: 'session.voice' } });
    await send();
    expect(lines).toEqual([expect.stringMatching(/upstream_rejected: .*parameter session\.voice, request /)]);
  });

  it.each<[string, Partial<SessionHandlerOptions>]>([
    ['authorize', { authorize: failingHook }],
    ['session', { session: failingHook }],
    ['apiKey', { apiKey: failingHook }],
  ])('with the error of the hook when `%s` throws', async (option, options) => {
    const { lines, send } = await serve(options);
    const { status, requestId } = await send();
    expect(status).toBe(500);
    expect(lines).toHaveLength(1);
    const [line] = lines;
    expect(line).toContain(`internal_error: \`${option}\` threw an error; correct it.`);
    expect(line).toContain("TypeError: Cannot read properties of undefined (reading 'email')");
    expect(line).toMatch(
      / at (?:async )?(?:\w+\.)*failingHook (?:\[as \w+\] )?\(.*reporter\.test\.ts:\d+:\d+\) \(request /,
    );
    expect(line).toContain(requestId);
  });

  it('when a hook takes too long', async () => {
    const { lines, send } = await serve({ authorize: () => new Promise(() => undefined), timeoutMs: 20 });
    await send();
    expect(lines).toEqual([expect.stringMatching(/hook_timeout: `authorize` did not finish/)]);
  });

  it('when the limiter fails, with its error', async () => {
    const consume = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:6379'));
    const denying = await serve({ limiter: { consume } });
    await denying.send();
    expect(denying.lines).toEqual([
      expect.stringMatching(/limiter_unavailable: .*`limiter` option.*ECONNREFUSED 127\.0\.0\.1:6379/),
    ]);
    const allowing = await serve({ limiter: { consume }, limiterFailure: 'allow' });
    expect((await allowing.send()).status).toBe(200);
    expect(allowing.lines).toEqual([expect.stringMatching(/limiter_unavailable: .*without a limit/)]);
  });

  it.each<[string, unknown, string]>([
    ['true', true, 'returned true; return { id: user.id }'],
    [
      '{ email }',
      { email: 'ada@example.com' },
      'returned an object without `id` (it has email); return { id: user.id }',
    ],
    ['{}', {}, 'returned an object without `id`; return { id: user.id }'],
    ['{ id: 42 }', { id: 42 }, 'returned an `id` of type number; return { id: String(user.id) }'],
    ['{ id: 42n }', { id: 42n }, 'returned an `id` of type bigint; return { id: String(user.id) }'],
    ['{ id: null }', { id: null }, 'returned an `id` that is null; return { id: user.id }'],
    [
      '{ id: undefined }',
      { id: undefined },
      'returned an object without `id` (it has id); return { id: user.id }',
    ],
    ["{ id: '' }", { id: '' }, 'returned an empty `id`; return { id: user.id }'],
    [
      'an id of 513 characters',
      { id: 'x'.repeat(513) },
      'returned an `id` of more than 512 characters; return',
    ],
    ['a name', 'user-ada', 'returned a string; return { id: user.id }'],
    ['an array', [{ id: 'user-ada' }], 'returned an array; return { id: user.id }'],
    ['a Response', Response.json({}), 'returned a Response; return { id: user.id }'],
  ])('that names what `authorize` returned when it is %s', async (_what, value, expected) => {
    const { lines, send } = await serve({ authorize: returning(value) });
    expect((await send()).status).toBe(500);
    expect(lines).toEqual([expect.stringContaining(`internal_error: \`authorize\` ${expected}`)]);
    expect(lines[0]).not.toContain('user-ada');
  });
});

describe('the console reporter and origins', () => {
  const hint = '`changeOrigin: false`';

  it.each<[string, OutgoingHttpHeaders, string, 'proxy' | 'no proxy']>([
    ['another site', { origin: 'https://app.example.com' }, 'https://app.example.com', 'no proxy'],
    ['the browser of another site', { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' }, 'https://app.example.com', 'no proxy'],
    ['a development server that calls this one', { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' }, 'http://localhost:5173', 'no proxy'],
    ['a development proxy', { origin: 'http://localhost:5173', host: 'localhost:3001' }, 'http://localhost:5173', 'proxy'],
    ['a development proxy in the local network', { origin: 'http://192.168.1.20:5173', host: '127.0.0.1:3001' }, 'http://192.168.1.20:5173', 'proxy'],
    ['a proxy that names the host', { origin: 'https://app.example.com', host: 'backend:3001', 'x-forwarded-host': 'app.example.com' }, 'https://app.example.com', 'proxy'],
    ['an app shell', { origin: 'capacitor://localhost' }, 'capacitor://localhost', 'no proxy'],
  ])('names the entry of allowedOrigins for a request of %s', async (_what, headers, origin, proxy) => {
    const { lines, send } = await serve({ authorize: () => null });
    const { status, requestId } = await send({ headers });
    expect(status).toBe(403);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\[realtime-session\] origin_forbidden: /);
    expect(lines[0]).toContain(`\`allowedOrigins: ['${origin}']\``);
    expect(lines[0]).toContain(requestId);
    if (proxy === 'proxy') expect(lines[0]).toContain(hint);
    else expect(lines[0]).not.toContain(hint);
  }); // prettier-ignore

  it.each<[string, OutgoingHttpHeaders, string]>([
    ['an opaque origin', { origin: 'null' }, 'sandboxed frame'],
    ['a file', { origin: 'file://' }, 'serve it over HTTP'],
    ['a malformed origin', { origin: `https://a.test/'];${'x'.repeat(500)}` }, 'malformed'],
    ['a cookie alone', { cookie: 'sid=1' }, 'without cookies'],
    ['an unknown Sec-Fetch-Site', { origin: 'https://a.test', 'sec-fetch-site': 'x' }, '`Sec-Fetch-Site`'],
  ])('explains why a request with %s is refused', async (_what, headers, expected) => {
    const { lines, send } = await serve();
    expect((await send({ headers })).status).toBe(403);
    expect(lines).toEqual([expect.stringContaining(expected)]);
    expect(lines[0]!.length).toBeLessThan(400);
  });

  it('reports a preflight request of a foreign origin, after which the browser sends no request', async () => {
    const { lines, send } = await serve({ allowedOrigins: ['https://partner.test'] });
    const preflight = { method: 'OPTIONS', body: '' };
    await send({ ...preflight, headers: { origin: 'https://partner.test' } });
    await send(preflight);
    expect(lines).toEqual([]);
    await send({ ...preflight, headers: { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' } });
    expect(lines).toEqual([
      expect.stringMatching(/origin_forbidden: .*`allowedOrigins: \['http:\/\/localhost:5173'\]`/),
    ]);
  });
});

describe('the console reporter prints nothing', () => {
  it.each<[string, Partial<SessionHandlerOptions>, Sent, number]>([
    ['when a token is minted', {}, {}, 200],
    ['when no user is signed in', { authorize: () => null }, {}, 401],
    ['when `authorize` throws an error with status 401', { authorize: throwing({ status: 401 }) }, {}, 401],
    ['when `authorize` throws an error with statusCode 403', { authorize: throwing({ statusCode: 403 }) }, {}, 403],
    ['when `authorize` throws an error with status 403', { authorize: throwing({ status: 403 }) }, {}, 403],
    ['when `session` refuses the user', { session: () => null }, {}, 403],
    ['when the body is not JSON', {}, { body: 'nonsense' }, 400],
    ['when a value is out of range', { allow: ['audio'] }, { body: '{"type":"realtime","audio":{"output":{"speed":9}}}' }, 400],
    ['when the content type is missing', {}, { headers: { 'content-type': 'text/plain' } }, 415],
    ['when the method is GET', {}, { method: 'GET', body: '' }, 405],
    ['when the body is too large', { maxBodyBytes: 2 }, { body: '{"a":1}' }, 413],
    ['when the rate limit of a user is reached', { limits: { perPrincipal: { max: 1, windowMs: 1000 } } }, {}, 429],
  ])('%s', async (_what, options, sent, status) => {
    const { lines, send } = await serve(options);
    if (status === 429) await send(sent);
    expect((await send(sent)).status).toBe(status);
    expect(lines).toEqual([]);
  }); // prettier-ignore

  it('about the status that an error of `authorize` has if it is neither 401 nor 403', async () => {
    const { lines, send } = await serve({ authorize: throwing({ status: 404 }) });
    expect((await send()).status).toBe(500);
    expect(lines).toHaveLength(1);
  });

  it('except a line for the rate limit of an address, which can be that of a proxy', async () => {
    const { lines, send } = await serve({ limits: { perAddress: { max: 1, windowMs: 1000 } } });
    await send();
    expect((await send()).status).toBe(429);
    expect(lines).toEqual([expect.stringMatching(/rate_limited: .*`trustProxy`.*`limits\.perAddress`/)]);
  });

  it('except a line for a field that the owner can list in `allow`', async () => {
    const { lines, send } = await serve();
    await send({ body: '{"voice":"marin"}' });
    expect(lines).toEqual([expect.stringMatching(/unknown_field: .*`allow`.*\(field voice, request /)]);
  });
});

describe('the console reporter and repeated problems', () => {
  it('counts them, and prints the count with the next one after a minute', async () => {
    const { lines, send, clock } = await serve({ apiKey: () => undefined });
    for (let sent = 0; sent < 4; sent += 1) await send();
    expect(lines).toHaveLength(1);
    clock.nowMs += MINUTE_MS - 1;
    await send();
    expect(lines).toHaveLength(1);
    clock.nowMs += 1;
    const { requestId } = await send();
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`(request ${requestId}, 4 more since it was last printed)`);
    clock.nowMs += MINUTE_MS;
    await send();
    expect(lines[2]).not.toContain('more since');
  });

  it('prints different problems immediately', async () => {
    const results: unknown[] = [true, { email: 'ada@example.com' }];
    const { lines, send } = await serve({ authorize: () => results.shift() as Principal });
    await send();
    await send();
    expect(lines).toHaveLength(2);
  });

  it('groups errors of a hook that differ in a number', async () => {
    let calls = 0;
    const authorize = (): never => {
      calls += 1;
      throw new Error(`row ${calls} is missing`);
    };
    const { lines, send } = await serve({ authorize });
    await send();
    await send();
    expect(lines).toHaveLength(1);
  });

  it('prints again after the clock was set back', async () => {
    const { lines, send, clock } = await serve({ apiKey: () => undefined });
    await send();
    clock.nowMs -= 3_600_000;
    await send();
    expect(lines).toHaveLength(2);
  });

  it('prints a limited number of lines a minute when a client varies its origin', async () => {
    const { lines, send, clock } = await serve();
    for (let index = 0; index < 60; index += 1) await send({ headers: { origin: `https://a${index}.test` } });
    expect(lines.length).toBeLessThanOrEqual(21);
    clock.nowMs += MINUTE_MS;
    await send({ headers: { origin: 'https://b.test' } });
    expect(lines.at(-1)).toContain('https://b.test');
  });
});

describe('the console reporter and clients without an address', () => {
  it('names the option of the adapter once', async () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const handler = harness.create({
      session: MODEL,
      onEvent: consoleReporter({ console: { error: print, warn: print } }),
    });
    const request = () =>
      new Request('http://app.test/', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    await handler(request());
    await handler(request());
    expect(lines).toEqual([
      expect.stringMatching(/unknown_address: .*one rate limit.*`trustProxy`.*`getConnInfo`/),
    ]);
  });
});

describe('the console reporter and announced shutdowns', () => {
  it.each<[string, number, SessionHandlerOptions['session'], RegExp]>([
    ['a model', Date.UTC(2027, 0, 19), { model: 'gpt-realtime' }, /The model gpt-realtime \(`model` of the session\) shuts down on 2027-01-20; use gpt-realtime-2\.1 instead/],
    ['a model after its date', Date.UTC(2027, 0, 20), { model: 'gpt-realtime' }, /gpt-realtime .* shut down on 2027-01-20; use gpt-realtime-2\.1 instead/],
    ['a transcription model', Date.UTC(2026, 10, 26), { type: 'realtime', ...MODEL, audio: { input: { transcription: { model: 'whisper-1' } } } }, /whisper-1 \(`audio\.input\.transcription\.model` of the session\) shuts down on 2027-02-26/],
    ['a field', Date.UTC(2026, 10, 26), { type: 'realtime', ...MODEL, prompt: { id: 'pmpt_1' } }, /field `prompt` shuts down on 2026-11-30; use instructions instead/],
  ])('warns once of %s', async (_what, nowMs, session, expected) => {
    const { lines, send, clock } = await serve({ session: () => session as { model: string } });
    clock.nowMs = nowMs;
    await send();
    await send();
    expect(lines).toEqual([expect.stringMatching(expected)]);
    expect(lines[0]).toMatch(/^\[realtime-session\] shutdown: /);
  }); // prettier-ignore

  it('warns also when the mint fails', async () => {
    const { lines, send, clock } = await serve({ session: { model: 'gpt-realtime' } });
    clock.nowMs = Date.UTC(2027, 0, 21);
    harness.upstream.reply = json(404, { error: { code: 'model_not_found' } });
    await send();
    expect(lines).toEqual([
      expect.stringContaining('shut down on 2027-01-20'),
      expect.stringContaining('server_misconfigured'),
    ]);
  });
});

/** A hook with the mistake that is made most often. */
function failingHook(): never {
  const user = undefined as unknown as { email: string };
  return user.email as never;
}

function throwing(error: object): () => never {
  return () => {
    throw Object.assign(new Error('refused'), error);
  };
}
