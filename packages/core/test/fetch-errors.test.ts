import { TokenError } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld } from './support/world.ts';

/** Returns the error of a call whose fetcher returns this response, or throws this error. */
async function getError(outcome: unknown): Promise<TokenError> {
  const world = createWorld({ retry: { limit: 1 } });
  world.server.script(outcome);
  const error: unknown = await world.tokens.getToken().catch((thrown: unknown) => thrown);
  if (TokenError.is(error)) return error;
  throw new Error('There was no TokenError.');
}

const failed = (status: number, body = '{}', headers: Record<string, string> = {}): Response =>
  new Response(body, { status, headers });

describe('a status', () => {
  test.each([
    [401, 'Sign the user in, then call reset().'],
    [403, 'Check that this user and origin may mint tokens.'],
    [404, 'Check the URL passed to endpoint().'],
    [405, 'Accept POST in the route.'],
    [
      429,
      'Call again later, after retryAfterMs if it is set. While there is a lease, the manager does so by itself.',
    ],
    [500, 'Look for the request in the log of the server.'],
    // A proxy answers for a server that is not running, or a route does so without a code.
    [502, 'Check that the server is running, and look for the request in its log.'],
    [503, 'Check that the server is running, and look for the request in its log.'],
    [504, 'Check that the server is running, and look for the request in its log.'],
  ])('%i is reported with its remedy', async (status, remedy) => {
    const { message } = await getError(failed(status));
    expect(message.startsWith(`The mint route responded with ${status}. ${remedy} See `)).toBe(true);
  });

  test.each([
    ['a word', 'rate_limited', true],
    ['a word of the maximum length', `r${'x'.repeat(63)}`, true],
    ['a word over the maximum length', `r${'x'.repeat(64)}`, false],
    ['a key', 'sk-proj-1', false],
    ['a token', 'ek_1', false],
    ['prose', 'the key sk-1 is bad', false],
    ['prose after something else', ' rate_limited', false],
    ['a number', 7, false],
  ])('is reported with its code only if that is an identifier: %s', async (_what, code, isReported) => {
    for (const body of [{ code }, { error: { code } }]) {
      const { message, apiCode } = await getError(failed(400, JSON.stringify(body)));
      expect(apiCode).toBe(isReported ? code : undefined);
      expect(message.includes(`400 (${code})`)).toBe(isReported);
      if (!isReported) expect(message).toContain('responded with 400. ');
    }
  });

  test('does not ask whether the server runs when the server itself responded', async () => {
    const { message } = await getError(failed(503, '{"code":"upstream_busy"}'));
    expect(message).toContain('503 (upstream_busy). Look for the request in the log of the server.');
  });

  test('is reported with the request id, from the header first', async () => {
    const body = '{"request_id":"req_body"}';
    expect((await getError(failed(500, body, { 'x-request-id': 'req_head' }))).requestId).toBe('req_head');
    expect((await getError(failed(500, body))).requestId).toBe('req_body');
    expect((await getError(failed(500))).requestId).toBeUndefined();
  });

  test('has a Retry-After date relative to the response’s Date, or else to this clock', async () => {
    const at = (ms: number): string => new Date(ms).toUTCString();
    const { clock } = createWorld();
    const later = { 'retry-after': at(clock.nowMs() + 60_000) };
    expect((await getError(failed(503, '', later))).retryAfterMs).toBe(60_000);
    const dated = { ...later, date: at(clock.nowMs() + 50_000) };
    expect((await getError(failed(503, '', dated))).retryAfterMs).toBe(10_000);
  });
});

describe('a response that is not JSON', () => {
  test('is reported with its status', async () => {
    expect(await getError(new Response('hello'))).toMatchObject({
      code: 'invalid-response',
      status: 200,
      message: expect.stringContaining('responded with 200 but not with JSON') as string,
    });
  });
});

describe('an error that a fetcher throws', () => {
  test.each([400, 401, 503])('is an http error when its status is %i', async (status) => {
    const thrown = Object.assign(new Error('no'), { status, code: 'bad_key' });
    const error = await getError(thrown);
    expect(error).toMatchObject({ code: 'http', status });
    expect(error.message).toContain(`${status} (bad_key)`);
  });

  test.each([399, 200, '401', undefined])('is a fetcher error when its status is %s', async (status) => {
    const thrown = Object.assign(new Error('no'), { status });
    const error = await getError(thrown);
    expect(error).toMatchObject({ code: 'fetcher', cause: thrown });
    expect(error.status).toBeUndefined();
  });

  test.each([
    new TypeError('fetch failed'),
    new TypeError('NetworkError when attempting to fetch resource.'),
    new TypeError('Load failed'),
    new TypeError('terminated'),
    new Error('Network connection lost.'),
    new DOMException('The operation was aborted.', 'AbortError'),
    new DOMException('x', 'NetworkError'),
  ])('is a network error when its message matches: %s', async (thrown) => {
    expect(await getError(thrown)).toMatchObject({ code: 'network', cause: thrown });
  });

  test.each([
    new TypeError('tokens is undefined'),
    new Error('fetch failed'),
    new Error('My TypeError: fetch failed'),
    new Error('AbortError'),
    new Error('no network connection lost'),
  ])('is a fetcher error when its message does not match: %s', async (thrown) => {
    expect(await getError(thrown)).toMatchObject({ code: 'fetcher', cause: thrown });
  });

  test('does not hide a later token', async () => {
    const world = createWorld();
    world.server.script(new TypeError('fetch failed'), mintResponse());
    const token = world.tokens.getToken();
    await world.clock.advance(10_000);
    expect((await token).value).toMatch(/^ek_/);
  });
});

test('recognizes a TokenError by its brand', () => {
  const error = new TokenError('network', 'Down. Wait.');
  expect(TokenError.is(error)).toBe(true);
  expect(Object.keys(error)).not.toContain(String(Symbol.for('@realtime-session/core/TokenError')));
  for (const other of [null, undefined, 7, 'network', {}, new Error('x')])
    expect(TokenError.is(other)).toBe(false);
});
