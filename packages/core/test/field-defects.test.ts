/**
 * Defects of earlier token libraries, measured with their published packages. Each test is a scenario that they fail, and what
 * this package does instead.
 */
import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

/** A mint route that responds immediately and counts requests. */
function createRoute(life: number, options: Parameters<typeof createWorld>[0] = {}) {
  let mints = 0;
  const world = createWorld({
    fetchToken: () => {
      mints += 1;
      return mintResponse(life);
    },
    ...options,
  });
  return { ...world, mints: () => mints };
}

async function takeFive(world: ReturnType<typeof createRoute>, wait = 0): Promise<void> {
  for (let call = 0; call < 5; call += 1) {
    await world.tokens.getToken();
    await world.clock.advance(wait);
  }
}

describe('lifetimes shorter than the usual leeway', () => {
  test('App Check, 4-min token under a 5-min leeway: 1 228 calls in 1.5 s; here one in 3 min', async () => {
    const world = createRoute(240);
    world.tokens.keepFresh();
    await world.clock.advance(180_000);
    expect(world.mints()).toBe(1);
  });

  test('oidc-client-ts, 45 s token under a 60 s notification: renewed every second; here once in 36 s', async () => {
    const world = createRoute(45);
    world.tokens.keepFresh();
    await world.clock.advance(35_900);
    expect(world.mints()).toBe(1);
    await world.clock.advance(200);
    expect(world.mints()).toBe(2);
  });

  test('auth-js, 60 s tokens under a 90 s margin: five reads, five refreshes; here one', async () => {
    const world = createRoute(60);
    await takeFive(world);
    expect(world.mints()).toBe(1);
  });

  test('LiveKit, 55 s token under a 60 s leeway: five fetches, five calls; here one', async () => {
    const world = createRoute(55);
    await takeFive(world);
    expect(world.mints()).toBe(1);
  });

  test('smithy, 4-min credential in a 5-min window: every read blocks on a refetch; here none does', async () => {
    const world = createRoute(240);
    await takeFive(world, 10_000);
    expect(world.mints()).toBe(1);
  });
});

describe('wrong clocks', () => {
  test('auth-js, clock two hours ahead: five reads, five refreshes; here one', async () => {
    const world = createRoute(3_600);
    world.clock.jump(7_200_000);
    await takeFive(world);
    expect(world.mints()).toBe(1);
  });

  test('LiveKit, clock 30 s behind: five fetches, five calls; here one', async () => {
    const world = createRoute(600);
    world.clock.jump(-30_000);
    await takeFive(world);
    expect(world.mints()).toBe(1);
  });

  test('ably, token expired an hour ago and still sent; here a new one is fetched', async () => {
    const world = createRoute(600);
    await world.tokens.getToken();
    await world.clock.advance(600_000 + 3_600_000);
    expect((await world.tokens.getToken()).remainingMs()).toBe(600_000);
    expect(world.mints()).toBe(2);
  });
});

describe('concurrency', () => {
  test('LiveKit, five concurrent forced fetches: five calls in a row; here one', async () => {
    const world = createRoute(600);
    await Promise.all(Array.from({ length: 5 }, () => world.tokens.getToken({ force: true })));
    expect(world.mints()).toBe(1);
  });

  test.each(['google OAuth2Client', 'stream-chat', 'ably'])(
    '%s, concurrent reads: a call each; here one',
    async () => {
      const world = createRoute(600);
      await Promise.all(Array.from({ length: 5 }, () => world.tokens.getToken()));
      expect(world.mints()).toBe(1);
    },
  );

  test('smithy, a force joins the older request it wants replaced; here it gets a token accepted after its own', async () => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script({ value: 'ek_old', expires_in: 600 });
    const old = await world.tokens.getToken();
    world.server.script({ value: 'ek_new', expires_in: 600 });
    expect((await world.tokens.getToken({ force: true })).value).not.toBe(old.value);
  });
});

describe('failures', () => {
  test('auth-js, a refresh that fails in storage rejects twice, once unhandled; here there is no storage', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(new Error('quota'));
    // This promise is ignored: an unhandled rejection would fail the run.
    void world.tokens.getToken();
    await world.clock.advance(60_000);
    expect(world.tokens.getState().status).toBe('failed');
  });

  test('auth-js, refreshing inside a refresh event hangs forever; here it settles', async () => {
    const world = createRoute(600, { minIntervalMs: 0 });
    const inside: string[] = [];
    world.tokens.on((event) => {
      if (event.type === 'mint-succeeded' && event.reason === 'initial') {
        void world.tokens.getToken({ force: true }).then((token) => inside.push(token.value));
      }
    });
    await world.tokens.getToken();
    await flushPromises(world);
    expect(inside).toHaveLength(1);
  });

  test('smithy and google-auth, a refresh that fails with life left throws; here the token stays', async () => {
    const world = createWorld();
    world.server.script(mintResponse(600));
    const held = await world.tokens.getToken();
    await world.clock.advance(545_000);
    world.server.script(new TypeError('Failed to fetch'));
    expect(await world.tokens.getToken()).toBe(held);
    await flushPromises(world);
    expect(world.tokens.peek()).toBe(held);
  });

  test('google-auth, a threshold of 0 is taken for unset; here 0 means 0', () => {
    expect(() => createWorld({ minIntervalMs: 0, minLifetimeMs: 0, jitterRatio: 0 })).not.toThrow();
    expect(() => createWorld({ lead: { ratio: 0 } })).toThrow(/lead\.ratio/);
  });

  test('Azure, refreshing fails until expiry: an unhandled rejection, then no token; here it recovers', async () => {
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

  test('oidc-client-ts, one network failure ends silent renewal; here it continues', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60), new TypeError('Failed to fetch'), mintResponse(60));
    world.tokens.keepFresh();
    await world.clock.advance(55_000);
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', error: undefined });
    expect(world.server.calls).toHaveLength(3);
  });
});

describe('identity', () => {
  test('LiveKit, room B fails and room A’s token is returned; here other params never see it', async () => {
    const world = createWorld({ params: 'A', retry: { limit: 1 }, minIntervalMs: 0 });
    world.server.script({ value: 'ek_A', expires_in: 600 }, new TypeError('Failed to fetch'));
    await world.tokens.getToken();
    world.tokens.reset('B');
    await expect(world.tokens.getToken()).rejects.toMatchObject({ code: 'network' });
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('LiveKit, inline options compared by reference: five calls; here params are given once', async () => {
    const world = createRoute(600, { params: { attributes: { a: 1 } } });
    await takeFive(world);
    expect(world.mints()).toBe(1);
  });
});

test('query-core, an interval of 2³¹ ms fires 101 times in 200 ms; here a long life is waited for', async () => {
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
