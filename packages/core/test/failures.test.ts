import { createTokenManager, endpoint, TokenError } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

const down = (): TypeError => new TypeError('Failed to fetch');
const status = (code: number, init: ResponseInit = {}, body = '{}'): Response =>
  new Response(body, { status: code, ...init });

describe('retry', () => {
  test('resolves a caller after transient failures', async () => {
    const world = createWorld();
    world.server.script(down(), status(503), mintResponse());
    const pending = world.tokens.getToken();
    await world.clock.advance(60_000);
    expect((await pending).value).toMatch(/^ek_/);
    expect(world.server.calls.map((call) => call.attempt)).toEqual([1, 2, 3]);
  });

  test('rejects a caller after the limit with the last error, its attempt and its duration', async () => {
    const world = createWorld({ retry: { limit: 2 } });
    world.server.script(down(), down());
    const pending = world.tokens.getToken();
    await world.clock.advance(60_000);
    await expect(pending).rejects.toMatchObject({ code: 'network', attempt: 2, elapsedMs: 0 });
    expect(world.server.calls).toHaveLength(2);
    expect(world.tokens.getState()).toMatchObject({ status: 'failed' });
    expect(world.clock.pending()).toBe(0);
  });

  test('waits as long as Retry-After asks', async () => {
    const world = createWorld();
    world.server.script(status(429, { headers: { 'retry-after': '20' } }), mintResponse());
    const pending = world.tokens.getToken();
    await world.clock.advance(19_900);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(200);
    expect((await pending).value).toMatch(/^ek_/);
  });

  test.each([400, 401, 403, 404, 405, 410, 422])(
    'rejects immediately when the status is %i',
    async (code) => {
      const world = createWorld();
      world.server.script(status(code));
      await expect(world.tokens.getToken()).rejects.toMatchObject({
        code: 'http',
        status: code,
        fatal: true,
      });
      expect(world.server.calls).toHaveLength(1);
    },
  );

  test('rejects immediately when a 429 reports an exhausted quota', async () => {
    const world = createWorld();
    world.server.script(status(429, {}, JSON.stringify({ error: { code: 'insufficient_quota' } })));
    await expect(world.tokens.getToken()).rejects.toMatchObject({ fatal: true, status: 429 });
  });

  test('aborts a request that does not end after the timeout', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    const pending = world.tokens.getToken();
    await world.clock.advance(10_000);
    await expect(pending).rejects.toMatchObject({ code: 'timeout', elapsedMs: 10_000 });
    expect(world.server.calls[0]!.signal.aborted).toBe(true);
  });

  test('applies the timeout to the body', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(new Response(new ReadableStream()));
    const pending = world.tokens.getToken();
    await world.clock.advance(10_000);
    await expect(pending).rejects.toMatchObject({ code: 'timeout' });
  });

  test('shares the cooldown between serial callers', async () => {
    const world = createWorld({ retry: { limit: 1, baseMs: 10_000 } });
    for (let call = 0; call < 5; call += 1) world.server.script(down());
    for (let call = 0; call < 5; call += 1) {
      const pending = world.tokens.getToken();
      void pending.catch(() => undefined);
      await world.clock.advance(1_000);
    }
    expect(world.server.calls.length).toBeLessThanOrEqual(2);
  });

  test('lets a forced call bypass a cooldown once', async () => {
    const world = createWorld({ retry: { limit: 1, baseMs: 30_000 } });
    world.server.script(down(), down());
    await expect(world.tokens.getToken()).rejects.toThrow();
    await world.clock.advance(1_000);
    await expect(world.tokens.getToken({ force: true })).rejects.toThrow();
    expect(world.server.calls).toHaveLength(2);
    const third = world.tokens.getToken({ force: true });
    await world.clock.advance(5_000);
    expect(world.server.calls).toHaveLength(2);
    world.tokens.dispose();
    await expect(third).rejects.toMatchObject({ code: 'disposed' });
  });

  test('keeps trying with the maximum backoff while there is a lease, and recovers', async () => {
    let route: 'down' | 'up' = 'down';
    const world = createWorld({
      fetchToken: () => (route === 'down' ? Promise.reject(down()) : Promise.resolve(mintResponse())),
    });
    world.tokens.keepFresh();
    await world.clock.advance(100_000);
    expect(world.tokens.getState()).toMatchObject({ status: 'loading', error: { code: 'network' } });
    route = 'up';
    await world.clock.advance(30_000);
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', error: undefined });
  });

  test('ends the cooldown when the network is back', async () => {
    const world = createWorld({ retry: { baseMs: 30_000 } });
    world.server.script(down(), mintResponse());
    world.tokens.keepFresh();
    await world.clock.advance(2_000);
    world.environment.goOffline();
    world.environment.goOnline();
    await flushPromises(world);
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('rejects without a request until the cooldown of a fatal failure ends', async () => {
    const world = createWorld();
    world.server.script(status(401), mintResponse());
    await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 401 });
    await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 401 });
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(1_000);
    expect((await world.tokens.getToken()).value).toMatch(/^ek_/);
  });
});

describe('static stability', () => {
  test('keeps a working token when a refresh fails', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    world.tokens.keepFresh();
    await flushPromises(world);
    const current = world.tokens.peek();
    world.server.script(...Array.from({ length: 20 }, () => status(500)));
    await world.clock.advance(85_000);
    expect(world.tokens.peek()).toBe(current);
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', error: { status: 500 } });
  });
});

describe('unusable responses', () => {
  test('rejects expired tokens with a diagnosis, and cools down after two', async () => {
    const world = createWorld();
    const expired = { value: 'ek_dead', expires_at: world.clock.nowMs() / 1000 - 3_600 };
    world.server.script(expired, expired, expired, expired);
    const pending = world.tokens.getToken();
    await world.clock.advance(5_000);
    await expect(pending).rejects.toMatchObject({ code: 'expired-on-arrival' });
    await expect(pending).rejects.toThrow(/clock/);
    expect(world.server.calls).toHaveLength(2);
    const later = world.tokens.getToken();
    await world.clock.advance(20_000);
    expect(world.server.calls).toHaveLength(2);
    world.tokens.dispose();
    await expect(later).rejects.toThrow();
  });

  test('rejects a token with a short lifetime', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(mintResponse(3));
    await expect(world.tokens.getToken()).rejects.toMatchObject({ code: 'lifetime-too-short' });
  });

  test('reports a repeated token, starts no loop, and keeps the token', async () => {
    const world = createWorld();
    const same = { value: 'ek_same', expires_in: 100 };
    world.server.script(...Array.from({ length: 100 }, () => same));
    world.tokens.keepFresh();
    await world.clock.advance(90_000);
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', error: { code: 'no-progress' } });
    expect(world.server.calls.length).toBeLessThanOrEqual(4);
  });

  test.each([
    ['an empty value', { value: '', expires_in: 60 }],
    ['an error envelope', { error: { message: 'x' }, value: 'ek_x' }],
    ['a null client secret', { client_secret: null, expires_at: 1_742_188_264 }],
    ['a web page', '<!doctype html>'],
    ['nothing', null],
    ['a number', 7],
  ])('rejects %s', async (_name, raw) => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(raw);
    await expect(world.tokens.getToken()).rejects.toMatchObject({ code: 'invalid-response' });
  });

  test('rejects a standing key fatally without quoting it', async () => {
    const world = createWorld();
    world.server.script({ value: 'sk-proj-verysecret', expires_in: 60 });
    const error: unknown = await world.tokens.getToken().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'standing-key-leaked', fatal: true });
    expect(JSON.stringify([error, String(error), world.tokens.getState(), world.events])).not.toContain(
      'verysecret',
    );
  });

  test('never quotes a body that is not JSON', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(new Response('<html>internal secret</html>'));
    const error: unknown = await world.tokens.getToken().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-response' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('internal');
  });
});

describe('options', () => {
  test.each([
    [{ lead: { ratio: 0.9 } }, /lead\.ratio/],
    [{ timeoutMs: 0 }, /timeoutMs/],
    [{ retry: { limit: 0 } }, /retry\.limit/],
    [{ retry: { baseMs: 100, maxMs: 50 } }, /retry\.maxMs/],
    [{ jitterRatio: Number.NaN }, /jitterRatio/],
    [{ maxUnusedRefreshes: 0 }, /maxUnusedRefreshes/],
  ])('rejects %o with the name of the option', (options, message) => {
    expect(() => createWorld(options)).toThrow(message);
  });

  test('rejects a fetcher that is not a function', () => {
    // @ts-expect-error -- what plain JavaScript could pass
    expect(() => createTokenManager({ fetchToken: '/api' })).toThrow(/endpoint/);
  });

  test('an error created by another copy of the package is recognized', () => {
    const otherCopy = Object.defineProperty(new Error('x'), Symbol.for('@realtime-session/core/TokenError'), {
      value: true,
    });
    expect(TokenError.is(otherCopy)).toBe(true);
    expect(TokenError.is(new Error('x'))).toBe(false);
    expect(typeof endpoint).toBe('function');
  });
});

test('the error’s fatal is the result of isFatal', async () => {
  const world = createWorld({ retry: { isFatal: (error) => error.status === 503 } });
  world.server.script(new Response('', { status: 503 }));
  await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 503, fatal: true, attempt: 1 });
});
