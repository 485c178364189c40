import { describe, expect, test } from 'vitest';
import { createManualClock, createManualEnvironment } from '@realtime-session/core/testing';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

type World = ReturnType<typeof createWorld>;

const START_MS = 1_800_000_000_000;
const down = (): TypeError => new TypeError('Failed to fetch');

describe('events', () => {
  test('report a successful mint with its reason, attempt, duration and lifetime', async () => {
    const world = createWorld();
    const pending = world.tokens.getToken();
    await world.clock.advance(1_500);
    world.server.calls[0]!.resolve(mintResponse(600));
    await pending;
    expect(world.events).toEqual([
      { type: 'mint-started', atMs: START_MS, reason: 'initial', attempt: 1 },
      {
        type: 'mint-succeeded',
        atMs: START_MS + 1_500,
        reason: 'initial',
        attempt: 1,
        durationMs: 1_500,
        lifetimeMs: 600_000,
        expirySource: 'relative',
        clockSkewMs: undefined,
      },
    ]);
  });

  test('report a failed mint with its error, and number the next attempt', async () => {
    const world = createWorld();
    world.server.script(down(), mintResponse(600), mintResponse(600));
    const pending = world.tokens.getToken();
    await world.clock.advance(5_000);
    await pending;
    await world.tokens.getToken({ force: true });
    expect(world.events.map((event) => [event.type, 'attempt' in event ? event.attempt : 0])).toEqual([
      ['mint-started', 1],
      ['mint-failed', 1],
      ['mint-started', 2],
      ['mint-succeeded', 2],
      ['mint-started', 1],
      ['mint-succeeded', 1],
    ]);
    expect(world.events[1]).toMatchObject({ atMs: START_MS, reason: 'initial', error: { code: 'network' } });
    expect(world.events[2]).toMatchObject({ atMs: START_MS + 1_000, reason: 'initial' });
  });

  test('report an unusable token as a failure with its duration', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    const pending = world.tokens.getToken();
    await world.clock.advance(700);
    world.server.calls[0]!.resolve(mintResponse(3));
    await expect(pending).rejects.toMatchObject({ code: 'lifetime-too-short', attempt: 1, elapsedMs: 700 });
    expect(world.events.map((event) => event.type)).toEqual(['mint-started', 'mint-failed']);
  });

  test.each([
    ['abandoned', (_world: World, controller: AbortController) => controller.abort()],
    ['reset', (world: World) => world.tokens.reset()],
    ['set', (world: World) => world.tokens.setToken(mintResponse())],
    ['disposed', (world: World) => world.tokens.dispose()],
  ] as const)('report a dropped mint with the cause %s', async (cause, drop) => {
    const world = createWorld();
    const controller = new AbortController();
    void world.tokens.getToken({ signal: controller.signal });
    await flushPromises(world);
    drop(world, controller);
    const reported = world.events.slice(1);
    expect(reported[0]).toEqual({
      type: 'mint-dropped',
      atMs: START_MS,
      reason: 'initial',
      attempt: 1,
      cause,
    });
    expect(reported.slice(1)).toEqual(
      cause === 'reset' || cause === 'disposed' ? [{ type: cause, atMs: START_MS }] : [],
    );
    expect(world.server.calls[0]!.signal.aborted).toBe(true);
  });

  test('report no dropped mint when none is running', () => {
    const world = createWorld();
    world.tokens.reset();
    world.tokens.dispose();
    world.tokens.dispose();
    expect(world.events).toEqual([
      { type: 'reset', atMs: START_MS },
      { type: 'disposed', atMs: START_MS },
    ]);
  });

  test('report the expiry of a watched token when its lifetime ends', async () => {
    const world = createWorld();
    world.tokens.subscribe(() => undefined);
    world.server.script(mintResponse(60));
    await world.tokens.getToken();
    await world.clock.advance(59_999);
    expect(world.events.some((event) => event.type === 'token-expired')).toBe(false);
    await world.clock.advance(1);
    expect(world.events.at(-1)).toEqual({ type: 'token-expired', atMs: START_MS + 60_000 });
    expect(world.clock.pending()).toBe(0);
  });

  test('report an invalidation once, and only for the current token', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    const token = await world.tokens.getToken();
    world.tokens.invalidate({ ...token, value: 'ek_other' });
    expect(world.events).toHaveLength(2);
    world.tokens.invalidate();
    world.tokens.invalidate();
    expect(world.events.slice(2)).toEqual([{ type: 'token-invalidated', atMs: START_MS }]);
  });

  test('report once that refreshing is paused', async () => {
    const world = createWorld({ maxUnusedRefreshes: 1 });
    world.server.script(mintResponse(100), mintResponse(100), mintResponse(100));
    world.tokens.keepFresh();
    await world.clock.advance(80_000);
    expect(world.events.at(-1)).toEqual({ type: 'refresh-paused', atMs: START_MS + 80_000 });
    await world.clock.advance(1_000_000);
    expect(world.server.calls).toHaveLength(2);
  });
});

describe('the time of a refresh', () => {
  test.each([
    [100, 0, 80_000],
    [100, 1, 78_000],
    [3_600, 0, 3_540_000],
    [3_600, 1, 3_534_000],
  ])('replaces a token of %i s with random %d after %i ms', async (lifetimeSeconds, random, dueMs) => {
    const environment = createManualEnvironment(createManualClock(), () => random);
    const world = createWorld({ environment });
    world.server.script(mintResponse(lifetimeSeconds), mintResponse(lifetimeSeconds));
    world.tokens.keepFresh();
    await environment.clock.advance(0);
    expect(world.tokens.getState()).toMatchObject({ refreshAtMs: START_MS + dueMs });
    await environment.clock.advance(dueMs - 1);
    expect(world.server.calls).toHaveLength(1);
    await environment.clock.advance(1);
    expect(world.server.calls).toHaveLength(2);
  });

  test('depends on refreshWhile', async () => {
    const calls = async (refreshWhile: 'leased' | 'leased-and-visible' | 'never'): Promise<number> => {
      const world = createWorld({ refreshWhile });
      world.server.script(mintResponse(100), mintResponse(100));
      world.environment.hide();
      world.tokens.keepFresh();
      await world.clock.advance(90_000);
      return world.server.calls.length;
    };
    expect([await calls('leased'), await calls('leased-and-visible'), await calls('never')]).toEqual([
      2, 0, 0,
    ]);
  });

  test('is not set by a prefetch that found a fresh token', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    await world.tokens.getToken();
    world.tokens.prefetch();
    await world.clock.advance(90_000);
    expect(world.server.calls).toHaveLength(1);
    world.tokens.prefetch();
    await flushPromises(world);
    expect(world.server.calls.map((call) => call.reason)).toEqual(['initial', 'proactive']);
  });
});

describe('the state', () => {
  test('has the time of the next attempt only while waiting for it', async () => {
    const world = createWorld();
    world.server.script(down());
    void world.tokens.getToken();
    await flushPromises(world);
    expect(world.tokens.getState()).toEqual({
      status: 'loading',
      attempt: 2,
      retryAtMs: START_MS + 1_000, // `minIntervalMs` is longer than the backoff
      error: expect.objectContaining({ code: 'network' }) as unknown,
    });
    await world.clock.advance(1_000);
    expect(world.tokens.getState()).toMatchObject({ attempt: 2, retryAtMs: undefined });
  });

  test('has the time of the retry when the backoff is longer than the minimum interval', async () => {
    const world = createWorld({ retry: { baseMs: 8_000 } });
    world.server.script(down());
    void world.tokens.getToken();
    await flushPromises(world);
    expect(world.tokens.getState()).toMatchObject({ retryAtMs: START_MS + 4_000 });
  });

  test('has no time of a retry or a refresh that waits for the network', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100), down(), down(), mintResponse());
    world.tokens.keepFresh();
    await flushPromises(world);
    world.environment.goOffline();
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', refreshAtMs: undefined });
    world.environment.goOnline();
    await world.clock.advance(80_000);
    world.environment.goOffline();
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', refreshAtMs: undefined });
    await world.clock.advance(60_000);
    expect(world.tokens.getState()).toMatchObject({ status: 'loading', attempt: 2, retryAtMs: undefined });
    void world.tokens.getToken().catch(() => undefined); // a caller is always tried
    await flushPromises(world);
    expect(world.tokens.getState()).toMatchObject({ attempt: 3, retryAtMs: START_MS + 141_000 });
  });

  test('describes the token without its value', async () => {
    const world = createWorld();
    const pending = world.tokens.getToken();
    await world.clock.advance(2_000);
    world.server.calls[0]!.resolve(mintResponse(600));
    await pending;
    expect(world.tokens.getState()).toEqual({
      status: 'ready',
      acquiredAtMs: START_MS,
      expiresAtMs: START_MS + 600_000,
      refreshAtMs: undefined,
      refreshing: false,
      error: undefined,
      expirySource: 'relative',
      clockSkewMs: undefined,
    });
    void world.tokens.getToken({ force: true });
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', refreshing: true });
  });

  test('moves the next refresh after the delay that the server asked for', async () => {
    const world = createWorld();
    world.server.script(
      mintResponse(600),
      new Response('{}', { status: 503, headers: { 'retry-after': '20' } }),
      mintResponse(600),
    );
    world.tokens.keepFresh();
    await world.clock.advance(540_000);
    expect(world.tokens.getState()).toMatchObject({
      status: 'ready',
      refreshAtMs: START_MS + 560_000,
      error: { status: 503 },
    });
    await world.clock.advance(19_999);
    expect(world.server.calls).toHaveLength(2);
    await world.clock.advance(1);
    expect(world.server.calls).toHaveLength(3);
  });

  test('has no expiry for a token with unknown lifetime, which is used once', async () => {
    const world = createWorld();
    world.server.script('ek_opaque');
    world.tokens.prefetch();
    await flushPromises(world);
    expect(world.tokens.getState()).toMatchObject({
      status: 'ready',
      expiresAtMs: undefined,
      expirySource: 'unknown',
    });
    await world.clock.advance(54_999);
    expect(world.tokens.getState().status).toBe('ready');
    await world.clock.advance(1);
    expect(world.tokens.getState().status).toBe('idle');
  });
});

describe('boundaries', () => {
  test('keep a token while it has more than its margin, and remove it at the margin', async () => {
    const world = createWorld();
    world.server.script(mintResponse(20));
    const token = await world.tokens.getToken();
    await world.clock.advance(17_999);
    expect(world.tokens.peek()).toBe(token);
    await world.clock.advance(1);
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('serve a caller with exactly the required lifetime, and let it wait with a millisecond less', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100), mintResponse(100));
    const first = await world.tokens.getToken();
    await world.clock.advance(40_000);
    expect(await world.tokens.getToken({ minRemainingMs: 60_000 })).toBe(first);
    expect(await world.tokens.getToken({ minRemainingMs: 60_001 })).not.toBe(first);
  });

  test('serve a caller below the margin when it requires less', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    const token = await world.tokens.getToken();
    await world.clock.advance(99_000);
    expect(await world.tokens.getToken({ minRemainingMs: 500 })).toBe(token);
  });

  test('accept a token that arrives with exactly minLifetimeMs', async () => {
    const world = createWorld({ minLifetimeMs: 3_000 });
    world.server.script(mintResponse(3));
    expect((await world.tokens.getToken()).remainingMs()).toBe(3_000);
  });

  test('separate mints by exactly minIntervalMs', async () => {
    const world = createWorld({ minIntervalMs: 2_500 });
    world.server.script(mintResponse(), mintResponse());
    await world.tokens.getToken();
    void world.tokens.getToken({ force: true });
    await world.clock.advance(2_499);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.server.calls).toHaveLength(2);
  });
});

describe('ending a cooldown early', () => {
  test('does not happen when the network is back and the server was failing', async () => {
    const world = createWorld({ retry: { baseMs: 30_000 } });
    world.server.script(new Response('{}', { status: 503 }), mintResponse());
    world.tokens.keepFresh();
    await world.clock.advance(2_000);
    world.environment.goOffline();
    world.environment.goOnline();
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(1);
  });

  test('does not happen when the page is shown and the network was failing', async () => {
    const world = createWorld({ retry: { baseMs: 30_000 } });
    world.server.script(down(), mintResponse());
    world.tokens.keepFresh();
    await world.clock.advance(2_000);
    world.environment.hide();
    world.environment.show();
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(1);
  });

  test('happens again for a forced call after a success', async () => {
    const world = createWorld({ retry: { limit: 1, baseMs: 30_000 }, minIntervalMs: 0 });
    world.server.script(down(), mintResponse(), down(), mintResponse());
    await expect(world.tokens.getToken()).rejects.toThrow();
    await world.tokens.getToken({ force: true });
    await expect(world.tokens.getToken({ force: true })).rejects.toThrow();
    await world.tokens.getToken({ force: true });
    expect(world.server.calls).toHaveLength(4);
  });
});
