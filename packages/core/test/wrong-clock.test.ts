import { createManualClock, createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { createWorld, flushPromises, mintResponse } from './support/world.ts';

const START_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

/** A route that returns `expires_at` alone, by a correct clock, and a browser whose clock differs. */
function createRoute(lifetimeMs: number, aheadMs = 0, options: object = {}) {
  const environment = createManualEnvironment(createManualClock(START_MS + aheadMs));
  let minted = 0;
  let sleptMs = 0;
  const nowMs = (): number => START_MS + environment.clock.monotonicMs() + sleptMs;
  const world = createWorld({
    environment,
    fetchToken: () => ({ value: `ek_${(minted += 1)}`, expires_at: (nowMs() + lifetimeMs) / 1000 }),
    ...options,
  });
  function sleep(ms: number): void {
    environment.clock.sleep(ms);
    sleptMs += ms;
  }
  return { ...world, clock: environment.clock, sleep, getMinted: () => minted };
}

async function getToken({ tokens, clock }: ReturnType<typeof createRoute>) {
  const pending = tokens.getToken();
  await clock.advance(5_000);
  return pending;
}

describe('a clock that is wrong from the start', () => {
  test.each([
    ['hours ahead', 2 * HOUR_MS],
    ['decades ahead', 300_000 * HOUR_MS],
    ['so far ahead that tokens seem too short', 597_000],
  ])('hands out the third token with an unknown lifetime when it is %s', async (_what, aheadMs) => {
    const route = createRoute(600_000, aheadMs);
    const token = await getToken(route);
    expect([token.value, token.expiresAtMs, token.remainingMs()]).toEqual(['ek_3', undefined, Infinity]);
    expect((await getToken(route)).value).toBe('ek_4');
    const types = route.events.map(({ type }) => type);
    expect(types.filter((type) => type === 'mint-failed')).toHaveLength(2);
  });

  test('schedules nothing, also with a lease', async () => {
    const route = createRoute(600_000, HOUR_MS);
    route.tokens.keepFresh();
    await getToken(route);
    const minted = route.getMinted();
    await route.clock.advance(24 * HOUR_MS);
    expect(route.getMinted()).toBe(minted);
  });

  test('shows the token as one of unknown lifetime until it is used', async () => {
    const route = createRoute(600_000, HOUR_MS);
    route.tokens.keepFresh();
    await route.clock.advance(5_000);
    expect(route.tokens.getState()).toMatchObject({ status: 'ready', expirySource: 'unknown' });
  });

  test('refreshes for a lease again once a token looks alive', async () => {
    const route = createRoute(600_000, HOUR_MS);
    route.tokens.keepFresh();
    await getToken(route);
    expect(route.tokens.getState()).toEqual({ status: 'idle' });
    route.clock.jump(-HOUR_MS);
    const token = await getToken(route);
    expect(route.tokens.getState()).toMatchObject({ status: 'ready', expirySource: 'trusted' });
    await route.clock.advance(600_000);
    expect(route.tokens.peek()?.value).not.toBe(token.value);
    expect(route.tokens.peek()?.remainingMs()).toBeGreaterThan(0);
  });

  test('waits for retry.maxMs when a token is repeated after two different dead ones', async () => {
    const world = createWorld();
    const dead = (value: string) => ({ value, expires_at: START_MS / 1000 - 60 });
    world.server.script(
      dead('ek_a'),
      dead('ek_b'),
      new TypeError('Failed to fetch'),
      dead('ek_b'),
      dead('ek_b'),
    );
    world.tokens.keepFresh();
    await world.clock.advance(20_000);
    expect(world.server.calls).toHaveLength(5);
    await world.clock.advance(5_000);
    expect(world.server.calls).toHaveLength(5);
  });

  test('does not lengthen a token whose lifetime the route shortened', async () => {
    const world = createWorld({ minLifetimeMs: 5_000, retry: { limit: 1 } });
    const lasting = (value: string, seconds: number) => ({ value, expires_at: START_MS / 1000 + seconds });
    world.server.script(lasting('ek_a', 8), lasting('ek_b', 4));
    await world.tokens.getToken();
    const pending = world.tokens.getToken({ force: true });
    await world.clock.advance(1_000);
    await expect(pending).rejects.toMatchObject({ code: 'lifetime-too-short' });
  });

  test('returns to lifetimes when the clock is right again', async () => {
    const route = createRoute(600_000, HOUR_MS);
    await getToken(route);
    route.clock.jump(-HOUR_MS);
    expect((await getToken(route)).remainingMs()).toBeGreaterThan(590_000);
  });

  test('keeps rejecting the same dead token', async () => {
    const world = createWorld();
    const same = { value: 'ek_dead', expires_at: START_MS / 1000 - 60 };
    world.server.script(same, same, same, same);
    const pending = world.tokens.getToken();
    await world.clock.advance(20_000);
    await expect(pending).rejects.toMatchObject({ code: 'expired-on-arrival' });
  });

  test('keeps rejecting dead tokens whose lifetime depends on no clock', async () => {
    const world = createWorld({ retry: { limit: 9 } });
    world.server.script(mintResponse(1), mintResponse(1), mintResponse(1), mintResponse(1));
    const pending = world.tokens.getToken();
    await world.clock.advance(20_000);
    await expect(pending).rejects.toMatchObject({ code: 'lifetime-too-short' });
  });
});

describe('a clock that is set while a page is open', () => {
  test.each([
    ['two hours ahead', 2 * HOUR_MS],
    ['half an hour back', -HOUR_MS / 2],
    ['three hours back', -3 * HOUR_MS],
  ])('keeps the lifetime of earlier tokens when it is set %s', async (_what, jumpMs) => {
    const route = createRoute(600_000);
    await getToken(route);
    route.clock.jump(jumpMs);
    route.tokens.invalidate();
    const token = await getToken(route);
    expect(token.value).toBe('ek_2');
    expect(token.remainingMs()).toBeGreaterThan(590_000);
    expect(token.remainingMs()).toBeLessThanOrEqual(600_000);
    expect(route.tokens.getState()).toMatchObject({ expirySource: 'corrected' });
    route.clock.jump(-jumpMs);
    route.tokens.invalidate();
    expect((await getToken(route)).remainingMs()).toBeLessThanOrEqual(600_000);
  });

  test('trusts the shorter of two lifetimes when it is set five minutes ahead', async () => {
    const route = createRoute(600_000);
    await getToken(route);
    route.clock.jump(300_000);
    route.tokens.invalidate();
    expect((await getToken(route)).remainingMs()).toBeLessThanOrEqual(300_000);
    expect(route.tokens.getState()).toMatchObject({ expirySource: 'trusted' });
  });

  test('is not confused with sleep', async () => {
    const route = createRoute(600_000);
    await getToken(route);
    route.sleep(2 * HOUR_MS);
    expect((await getToken(route)).value).toBe('ek_2');
    expect(route.tokens.getState()).toMatchObject({ expirySource: 'trusted' });
    route.clock.jump(HOUR_MS);
    expect((await getToken(route)).value).toBe('ek_3');
    expect(route.tokens.getState()).toMatchObject({ expirySource: 'corrected' });
  });

  test('forgets what it learned when the route changes the lifetime', async () => {
    let lifetimeMs = 60_000;
    let minted = 0;
    const world = createWorld({
      fetchToken: () => ({
        value: `ek_${(minted += 1)}`,
        expires_at: (world.clock.nowMs() + lifetimeMs) / 1000,
      }),
    });
    await world.tokens.getToken();
    lifetimeMs = 3_600_000;
    await world.clock.advance(60_000);
    expect((await world.tokens.getToken()).remainingMs()).toBe(3_600_000);
  });
});

describe('a rejected token', () => {
  /** Rejects a token of this lifetime at this age, and returns the lifetime of the next one. */
  async function getNextLifetime(lifetimeS: number, ageMs: number): Promise<number> {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script(mintResponse(lifetimeS), mintResponse(lifetimeS));
    await world.tokens.getToken();
    await world.clock.advance(ageMs);
    world.tokens.invalidate();
    return (await world.tokens.getToken()).remainingMs();
  }

  test('shortens later ones when it was rejected well before its apparent end', async () => {
    expect(await getNextLifetime(3_600, 900_000)).toBe(900_000);
  });

  test('changes nothing when it was rejected immediately, or close to its end', async () => {
    expect(await getNextLifetime(3_600, 2_000)).toBe(3_600_000);
    expect(await getNextLifetime(600, 590_000)).toBe(600_000);
  });

  test('is forgotten on reset, and when a later one is rejected immediately', async () => {
    for (const forget of ['reset', 'invalidate'] as const) {
      const world = createWorld({ minIntervalMs: 0 });
      world.server.script(...Array.from({ length: 4 }, () => mintResponse(3_600)));
      await world.tokens.getToken();
      await world.clock.advance(900_000);
      world.tokens.invalidate();
      await world.tokens.getToken();
      world.tokens[forget]();
      expect((await world.tokens.getToken()).remainingMs()).toBe(3_600_000);
    }
  });
});

describe('a Retry-After beyond retry.maxMs', () => {
  const busy = (seconds: number) =>
    new Response('{}', { status: 429, headers: { 'retry-after': String(seconds) } });

  test('rejects every caller now, with the time that is left', async () => {
    const world = createWorld();
    world.server.script(busy(86_400));
    await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 429, retryAfterMs: 86_400_000 });
    await world.clock.advance(HOUR_MS);
    await expect(world.tokens.getToken()).rejects.toMatchObject({ retryAfterMs: 86_400_000 - HOUR_MS });
    expect(world.server.calls).toHaveLength(1);
  });

  test('lets background work wait', async () => {
    const world = createWorld();
    world.server.script(busy(60), mintResponse());
    world.tokens.keepFresh();
    await world.clock.advance(59_999);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(1);
    await flushPromises(world);
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('lets a caller wait for exactly retry.maxMs, and for the rest of a longer time', async () => {
    const world = createWorld();
    world.server.script(busy(30), mintResponse());
    const exact = world.tokens.getToken();
    await world.clock.advance(30_000);
    expect((await exact).value).toMatch(/^ek_/);
    const late = createWorld();
    late.server.script(busy(60), mintResponse());
    await expect(late.tokens.getToken()).rejects.toMatchObject({ status: 429 });
    await late.clock.advance(30_000);
    const pending = late.tokens.getToken();
    await late.clock.advance(30_000);
    expect((await pending).value).toMatch(/^ek_/);
  });

  test('still returns a token that works', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100), busy(3_600));
    const token = await world.tokens.getToken();
    await world.clock.advance(85_000);
    expect(await world.tokens.getToken()).toBe(token);
    await flushPromises(world);
    expect(await world.tokens.getToken()).toBe(token);
  });
});
