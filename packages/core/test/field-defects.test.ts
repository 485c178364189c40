/**
 * What this package does in situations that other token libraries handle incorrectly, as measured with their published packages.
 * Each title starts with the name of the library.
 */
import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

/** A mint route that responds immediately and counts requests. */
function createRoute(lifetimeSeconds: number, options: Parameters<typeof createWorld>[0] = {}) {
  let mints = 0;
  const world = createWorld({
    fetchToken: () => {
      mints += 1;
      return mintResponse(lifetimeSeconds);
    },
    ...options,
  });
  return { ...world, mints: () => mints };
}

async function readFiveTimes(world: ReturnType<typeof createRoute>, intervalMs = 0): Promise<void> {
  for (let call = 0; call < 5; call += 1) {
    await world.tokens.getToken();
    await world.clock.advance(intervalMs);
  }
}

describe('lifetimes shorter than the usual leeway', () => {
  test('App Check: mints once in 3 min for a 4-min token, instead of 1 228 times in 1.5 s', async () => {
    const world = createRoute(240);
    world.tokens.keepFresh();
    await world.clock.advance(180_000);
    expect(world.mints()).toBe(1);
  });

  test('oidc-client-ts: refreshes a 45 s token after 36 s, instead of every second', async () => {
    const world = createRoute(45);
    world.tokens.keepFresh();
    await world.clock.advance(35_900);
    expect(world.mints()).toBe(1);
    await world.clock.advance(200);
    expect(world.mints()).toBe(2);
  });

  test('auth-js: mints once for five reads of a 60 s token, instead of five times', async () => {
    const world = createRoute(60);
    await readFiveTimes(world);
    expect(world.mints()).toBe(1);
  });

  test('LiveKit: mints once for five reads of a 55 s token, instead of five times', async () => {
    const world = createRoute(55);
    await readFiveTimes(world);
    expect(world.mints()).toBe(1);
  });

  test('smithy: does not refetch a 4-min token at every read', async () => {
    const world = createRoute(240);
    await readFiveTimes(world, 10_000);
    expect(world.mints()).toBe(1);
  });
});

describe('wrong clocks', () => {
  test('auth-js: mints once for five reads when the clock is two hours ahead, instead of five times', async () => {
    const world = createRoute(3_600);
    world.clock.jump(7_200_000);
    await readFiveTimes(world);
    expect(world.mints()).toBe(1);
  });

  test('LiveKit: mints once for five reads when the clock is 30 s behind, instead of five times', async () => {
    const world = createRoute(600);
    world.clock.jump(-30_000);
    await readFiveTimes(world);
    expect(world.mints()).toBe(1);
  });

  test('ably: fetches a new token when the current one expired an hour ago', async () => {
    const world = createRoute(600);
    await world.tokens.getToken();
    await world.clock.advance(600_000 + 3_600_000);
    expect((await world.tokens.getToken()).remainingMs()).toBe(600_000);
    expect(world.mints()).toBe(2);
  });
});

describe('concurrency', () => {
  test('LiveKit: mints once for five concurrent forced calls, instead of five times', async () => {
    const world = createRoute(600);
    await Promise.all(Array.from({ length: 5 }, () => world.tokens.getToken({ force: true })));
    expect(world.mints()).toBe(1);
  });

  test.each(['google OAuth2Client', 'stream-chat', 'ably'])(
    '%s: mints once for concurrent calls',
    async () => {
      const world = createRoute(600);
      await Promise.all(Array.from({ length: 5 }, () => world.tokens.getToken()));
      expect(world.mints()).toBe(1);
    },
  );

  test('smithy: returns a new token to a forced call', async () => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script({ value: 'ek_old', expires_in: 600 });
    const old = await world.tokens.getToken();
    world.server.script({ value: 'ek_new', expires_in: 600 });
    expect((await world.tokens.getToken({ force: true })).value).not.toBe(old.value);
  });
});

describe('failures', () => {
  test('auth-js: causes no unhandled rejection when a refresh fails', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(new Error('quota'));
    // This promise is ignored: an unhandled rejection would fail the run.
    void world.tokens.getToken();
    await world.clock.advance(60_000);
    expect(world.tokens.getState().status).toBe('failed');
  });

  test('auth-js: settles a refresh that a listener of a refresh event starts', async () => {
    const world = createRoute(600, { minIntervalMs: 0 });
    const received: string[] = [];
    world.tokens.on((event) => {
      if (event.type === 'mint-succeeded' && event.reason === 'initial') {
        void world.tokens.getToken({ force: true }).then((token) => received.push(token.value));
      }
    });
    await world.tokens.getToken();
    await flushPromises(world);
    expect(received).toHaveLength(1);
  });

  test('smithy and google-auth: keeps the token when a refresh fails before it expires', async () => {
    const world = createWorld();
    world.server.script(mintResponse(600));
    const current = await world.tokens.getToken();
    await world.clock.advance(545_000);
    world.server.script(new TypeError('Failed to fetch'));
    expect(await world.tokens.getToken()).toBe(current);
    await flushPromises(world);
    expect(world.tokens.peek()).toBe(current);
  });

  test('google-auth: does not treat a threshold of 0 as unset', () => {
    expect(() => createWorld({ minIntervalMs: 0, minLifetimeMs: 0, jitterRatio: 0 })).not.toThrow();
    expect(() => createWorld({ lead: { ratio: 0 } })).toThrow(/lead\.ratio/);
  });

  test('Azure: recovers when refreshing failed until the token expired', async () => {
    let route: 'up' | 'down' = 'up';
    const world = createWorld({
      fetchToken: () => {
        if (route === 'down') throw new TypeError('Failed to fetch');
        return mintResponse(60);
      },
    });
    world.tokens.keepFresh();
    await flushPromises(world);
    route = 'down';
    await world.clock.advance(120_000);
    expect(world.tokens.getState().status).toBe('loading');
    route = 'up';
    await world.clock.advance(30_000);
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('oidc-client-ts: continues to refresh after a network failure', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60), new TypeError('Failed to fetch'), mintResponse(60));
    world.tokens.keepFresh();
    await world.clock.advance(55_000);
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', error: undefined });
    expect(world.server.calls).toHaveLength(3);
  });
});

describe('identity', () => {
  test('LiveKit: does not return the token of room A when room B fails', async () => {
    const world = createWorld({ params: 'A', retry: { limit: 1 }, minIntervalMs: 0 });
    world.server.script({ value: 'ek_A', expires_in: 600 }, new TypeError('Failed to fetch'));
    await world.tokens.getToken();
    world.tokens.reset('B');
    await expect(world.tokens.getToken()).rejects.toMatchObject({ code: 'network' });
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('LiveKit: mints once for five reads with an object as params, instead of five times', async () => {
    const world = createRoute(600, { params: { attributes: { a: 1 } } });
    await readFiveTimes(world);
    expect(world.mints()).toBe(1);
  });
});

test('query-core: mints once for a lifetime of 2³² ms, although a timer longer than 2³¹ − 1 ms fires immediately', async () => {
  const environment = createManualEnvironment();
  let mints = 0;
  const tokens = createTokenManager({
    environment,
    parse: (raw) => ({ value: String(raw), expiresInMs: 2 ** 32 }),
    fetchToken: () => `ek_${(mints += 1)}`,
  });
  tokens.keepFresh();
  await environment.clock.advance(3_600_000);
  expect(mints).toBe(1);
});
