import { createTokenManager, endpoint, TokenError } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { answer, createWorld, settled } from './support/world.ts';

const down = (): TypeError => new TypeError('Failed to fetch');
const status = (code: number, init: ResponseInit = {}, body = '{}'): Response =>
  new Response(body, { status: code, ...init });

describe('retry', () => {
  test('a caller sits through transient failures and gets the token', async () => {
    const world = createWorld();
    world.server.script(down(), status(503), answer());
    const wanted = world.tokens.getToken();
    await world.clock.advance(60_000);
    expect((await wanted).value).toMatch(/^ek_/);
    expect(world.server.calls.map((call) => call.attempt)).toEqual([1, 2, 3]);
  });

  test('a caller is rejected after the limit with the last error, its attempt and its time', async () => {
    const world = createWorld({ retry: { limit: 2 } });
    world.server.script(down(), down());
    const wanted = world.tokens.getToken();
    await world.clock.advance(60_000);
    await expect(wanted).rejects.toMatchObject({ code: 'network', attempt: 2, elapsedMs: 0 });
    expect(world.server.calls).toHaveLength(2);
    expect(world.tokens.getState()).toMatchObject({ status: 'failed' });
    expect(world.clock.pending()).toBe(0);
  });

  test('Retry-After is obeyed by waiting', async () => {
    const world = createWorld();
    world.server.script(status(429, { headers: { 'retry-after': '20' } }), answer());
    const wanted = world.tokens.getToken();
    await world.clock.advance(19_900);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(200);
    expect((await wanted).value).toMatch(/^ek_/);
  });

  test.each([400, 401, 403, 404, 405, 410, 422])('status %i is fatal and rejects at once', async (code) => {
    const world = createWorld();
    world.server.script(status(code));
    await expect(world.tokens.getToken()).rejects.toMatchObject({ code: 'http', status: code, fatal: true });
    expect(world.server.calls).toHaveLength(1);
  });

  test('a used-up quota is fatal although it is a 429', async () => {
    const world = createWorld();
    world.server.script(status(429, {}, JSON.stringify({ error: { code: 'insufficient_quota' } })));
    await expect(world.tokens.getToken()).rejects.toMatchObject({ fatal: true, status: 429 });
  });

  test('a try that does not end is ended by the time-out, and its request aborted', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    const wanted = world.tokens.getToken();
    await world.clock.advance(10_000);
    await expect(wanted).rejects.toMatchObject({ code: 'timeout', elapsedMs: 10_000 });
    expect(world.server.calls[0]!.signal.aborted).toBe(true);
  });

  test('a body that never ends is ended by the same time-out', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(new Response(new ReadableStream()));
    const wanted = world.tokens.getToken();
    await world.clock.advance(10_000);
    await expect(wanted).rejects.toMatchObject({ code: 'timeout' });
  });

  test('serial callers share the cool-down of a failing server', async () => {
    const world = createWorld({ retry: { limit: 1, baseMs: 10_000 } });
    for (let call = 0; call < 5; call += 1) world.server.script(down());
    for (let call = 0; call < 5; call += 1) {
      const wanted = world.tokens.getToken();
      void wanted.catch(() => undefined);
      await world.clock.advance(1_000);
    }
    expect(world.server.calls.length).toBeLessThanOrEqual(2);
  });

  test('a forced call passes over a cool-down once', async () => {
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

  test('a lease keeps trying at the capped backoff and the app heals by itself', async () => {
    let route: 'down' | 'up' = 'down';
    const world = createWorld({
      fetchToken: () => (route === 'down' ? Promise.reject(down()) : Promise.resolve(answer())),
    });
    world.tokens.keepFresh();
    await world.clock.advance(100_000);
    expect(world.tokens.getState()).toMatchObject({ status: 'loading', error: { code: 'network' } });
    route = 'up';
    await world.clock.advance(30_000);
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', error: undefined });
  });

  test('the network coming back ends the wait', async () => {
    const world = createWorld({ retry: { baseMs: 30_000 } });
    world.server.script(down(), answer());
    world.tokens.keepFresh();
    await world.clock.advance(2_000);
    world.environment.goOffline();
    world.environment.goOnline();
    await settled(world);
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('a fatal failure is answered again without a call until its cool-down is over', async () => {
    const world = createWorld();
    world.server.script(status(401), answer());
    await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 401 });
    await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 401 });
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(1_000);
    expect((await world.tokens.getToken()).value).toMatch(/^ek_/);
  });
});

describe('static stability', () => {
  test('a failed refresh never takes away a token that works', async () => {
    const world = createWorld();
    world.server.script(answer(100));
    world.tokens.keepFresh();
    await settled(world);
    const held = world.tokens.peek();
    world.server.script(...Array.from({ length: 20 }, () => status(500)));
    await world.clock.advance(85_000);
    expect(world.tokens.peek()).toBe(held);
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', error: { status: 500 } });
  });
});

describe('useless answers', () => {
  test('a token that arrives dead is refused with a diagnosis, twice, and then cools down', async () => {
    const world = createWorld();
    const dead = { value: 'ek_dead', expires_at: world.clock.nowMs() / 1000 - 3_600 };
    world.server.script(dead, dead, dead, dead);
    const wanted = world.tokens.getToken();
    await world.clock.advance(5_000);
    await expect(wanted).rejects.toMatchObject({ code: 'expired-on-arrival' });
    await expect(wanted).rejects.toThrow(/clock/);
    expect(world.server.calls).toHaveLength(2);
    const later = world.tokens.getToken();
    await world.clock.advance(20_000);
    expect(world.server.calls).toHaveLength(2);
    world.tokens.dispose();
    await expect(later).rejects.toThrow();
  });

  test('a token with too little life is refused', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(answer(3));
    await expect(world.tokens.getToken()).rejects.toMatchObject({ code: 'lifetime-too-short' });
  });

  test('a server that repeats the same token is told so, keeps no loop going, and the token stays', async () => {
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
  ])('%s is no token', async (_name, raw) => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(raw);
    await expect(world.tokens.getToken()).rejects.toMatchObject({ code: 'invalid-response' });
  });

  test('a standing key is refused for good, and its value is in no message', async () => {
    const world = createWorld();
    world.server.script({ value: 'sk-proj-verysecret', expires_in: 60 });
    const error: unknown = await world.tokens.getToken().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'standing-key-leaked', fatal: true });
    expect(JSON.stringify([error, String(error), world.tokens.getState(), world.events])).not.toContain(
      'verysecret',
    );
  });

  test('a body that is no JSON stays out of every message', async () => {
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
  ])('%o is refused with the name of the option', (options, message) => {
    expect(() => createWorld(options)).toThrow(message);
  });

  test('a fetcher that is no function is refused with the remedy', () => {
    // @ts-expect-error -- what plain JavaScript could pass
    expect(() => createTokenManager({ fetchToken: '/api' })).toThrow(/endpoint/);
  });

  test('an error made by another copy of the package is recognized', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('@realtime-session/core/TokenError'), {
      value: true,
    });
    expect(TokenError.is(foreign)).toBe(true);
    expect(TokenError.is(new Error('x'))).toBe(false);
    expect(typeof endpoint).toBe('function');
  });
});

test('the error says what isFatal decided', async () => {
  const world = createWorld({ retry: { isFatal: (error) => error.status === 503 } });
  world.server.script(new Response('', { status: 503 }));
  await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 503, fatal: true, attempt: 1 });
});
