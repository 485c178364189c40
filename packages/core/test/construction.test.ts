import { createTokenManager, endpoint, literal, type Environment } from '@realtime-session/core';
import { createManualClock, createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { systemEnvironment } from '../src/lib/environment.ts';
import { createWorld, flushPromises, mintResponse } from './support/world.ts';

function refuse(): never {
  throw new Error('This is not available while prerendering.');
}

/** What a framework provides while it prerenders: everything that differs between two renders throws. */
const prerendering: Environment = {
  clock: { nowMs: refuse, monotonicMs: refuse, timeOriginMs: refuse, setTimer: refuse },
  random: refuse,
  isVisible: refuse,
  isOnline: refuse,
  onChange: refuse,
};

const EXPIRES_AT_S = 1_800_000_600;

describe('while a framework prerenders', () => {
  const render = (initialToken?: unknown, options: object = {}) =>
    createTokenManager({
      fetchToken: endpoint('/api/realtime-session'),
      environment: prerendering,
      onEvent: refuse,
      initialToken,
      ...options,
    });

  test('creates a manager and reads its state without reading a clock', () => {
    const tokens = render();
    expect(tokens.getInitialState()).toEqual({ status: 'idle' });
    expect(tokens.getState()).toBe(tokens.getInitialState());
    expect(tokens.peek()).toBeUndefined();
    expect(tokens.toApiKey()).toBeTypeOf('function');
  });

  test.each([
    ['an absolute expiry', { expires_at: EXPIRES_AT_S }, EXPIRES_AT_S * 1000, 'trusted'],
    ['both expiries', { expires_at: EXPIRES_AT_S, expires_in: 600 }, EXPIRES_AT_S * 1000, 'trusted'],
    ['a relative expiry', { expires_in: 600 }, undefined, 'relative'],
    ['an expired token', { expires_at: 1_000_000_000 }, 1_000_000_000_000, 'trusted'],
  ] as const)('shows an initial token as ready: %s', (_what, expiry, expiresAtMs, expirySource) => {
    const tokens = render({ value: 'ek_ssr', ...expiry });
    expect(tokens.getInitialState()).toEqual({
      status: 'ready',
      acquiredAtMs: 0,
      expiresAtMs,
      refreshAtMs: undefined,
      refreshing: false,
      error: undefined,
      expirySource,
      clockSkewMs: undefined,
    });
    expect(tokens.getState()).toBe(tokens.getInitialState());
    expect(tokens.peek()).toBe(tokens.peek());
    expect(tokens.peek()).toMatchObject({ value: 'ek_ssr', expiresAtMs });
  });

  test('shows an initial token without an expiry as ready', () => {
    expect(render('ek_ssr').getState()).toMatchObject({ status: 'ready', expirySource: 'unknown' });
    expect(render('ek_ssr', { assumedLifetimeMs: 60_000 }).getState()).toMatchObject({
      expirySource: 'assumed',
    });
  });

  test('shows no caller an initial token that can be used only once', () => {
    expect(render('ek_ssr').peek()).toBeUndefined();
    expect(render({ value: 'ek_ssr', expires_in: 60 }, { reuse: 'once' }).peek()).toBeUndefined();
    expect(render('ek_ssr', { assumedLifetimeMs: 60_000 }).peek()?.value).toBe('ek_ssr');
  });

  test('rejects a malformed initial token', () => {
    expect(() => render({ nothing: 'here' })).toThrow(/usable token/);
    expect(() => render({ value: 'sk-proj-1' })).toThrow(/standing API key/);
  });
});

describe('the first use of an initial token', () => {
  const used = { value: 'ek_ssr', expires_at: EXPIRES_AT_S };

  test('returns it when it still works, to a caller, a subscriber or a lease', async () => {
    const called = createWorld({ initialToken: used });
    expect((await called.tokens.getToken()).value).toBe('ek_ssr');
    expect(called.tokens.getState()).toMatchObject({ acquiredAtMs: 1_800_000_000_000 });

    const subscribed = createWorld({ initialToken: used });
    const seen: unknown[] = [];
    subscribed.tokens.subscribe((state, previous) => seen.push([state, previous]));
    const { status } = subscribed.tokens.getState();
    expect(status).toBe('ready');
    expect(seen).toEqual([[subscribed.tokens.getState(), subscribed.tokens.getInitialState()]]);

    const leased = createWorld({ initialToken: used });
    leased.tokens.keepFresh();
    await flushPromises(leased);
    expect(leased.tokens.getState()).toMatchObject({ refreshAtMs: 1_800_000_540_000 });
    for (const { server } of [called, subscribed, leased]) expect(server.calls).toHaveLength(0);
  });

  test.each(['subscribe', 'keepFresh', 'getToken', 'prefetch'] as const)(
    'drops it when it has expired: %s',
    async (action) => {
      const world = createWorld({ initialToken: { value: 'ek_old', expires_at: 1_000_000_000 } });
      expect(world.tokens.getState()).toMatchObject({ status: 'ready' });
      const statuses: string[] = [];
      if (action === 'subscribe') world.tokens.subscribe(({ status }) => statuses.push(status));
      else void world.tokens[action]();
      await flushPromises(world);
      expect(world.tokens.getState().status).toBe(action === 'subscribe' ? 'idle' : 'loading');
      expect(world.server.calls).toHaveLength(action === 'subscribe' ? 0 : 1);
      expect(statuses).toEqual(action === 'subscribe' ? ['idle'] : []);
      expect(world.tokens.peek()).toBeUndefined();
      expect(world.tokens.getInitialState()).toMatchObject({ status: 'ready' });
    },
  );

  test.each([
    ['two hours ahead', 7_200_000, 'loading'],
    ['two hours behind', -7_200_000, 'ready'],
  ])('agrees with the server until then when the clock is %s', async (_what, skewMs, afterwards) => {
    const [server, browser] = [0, skewMs].map((ms) =>
      createWorld({
        initialToken: used,
        environment: createManualEnvironment(createManualClock(1_800_000_000_000 + ms)),
      }),
    ) as [ReturnType<typeof createWorld>, ReturnType<typeof createWorld>];
    expect(browser.tokens.getState()).toEqual(server.tokens.getState());
    browser.tokens.keepFresh();
    await flushPromises(browser);
    expect(browser.tokens.getState().status).toBe(afterwards);
  });

  test('counts a relative expiry from the start of the page, also across sleep', async () => {
    for (const pass of ['advance', 'sleep'] as const) {
      const world = createWorld({ initialToken: { value: 'ek_ssr', expires_in: 600 } });
      await world.clock[pass](240_000);
      const token = await world.tokens.getToken();
      expect(token.value).toBe('ek_ssr');
      expect(token.remainingMs()).toBe(360_000);
      expect(token.expiresAtMs).toBe(1_800_000_600_000);
    }
    const late = createWorld({ initialToken: { value: 'ek_ssr', expires_in: 600 } });
    await late.clock.advance(600_000);
    late.tokens.prefetch();
    await flushPromises(late);
    expect(late.server.calls).toHaveLength(1);
  });

  test('prefers an absolute expiry, limited by the relative one', async () => {
    const initialToken = { value: 'ek_ssr', expires_at: EXPIRES_AT_S + 3_600, expires_in: 600 };
    const world = createWorld({ initialToken });
    await world.clock.advance(3_600_000);
    expect((await world.tokens.getToken()).remainingMs()).toBe(600_000);
    const behind = createManualEnvironment(createManualClock(1_799_990_000_000));
    const tokens = createTokenManager({ fetchToken: literal({}), environment: behind, initialToken });
    expect((await tokens.getToken()).remainingMs()).toBe(600_000);
  });

  test('counts a relative expiry from the first use where there is no page', async () => {
    const { clock, ...environment } = createManualEnvironment();
    const tokens = createTokenManager({
      fetchToken: literal({}),
      environment: { ...environment, clock: { ...clock, timeOriginMs: () => undefined } },
      initialToken: { value: 'ek_1', expires_in: 600 },
    });
    await clock.advance(3_600_000);
    expect((await tokens.getToken()).remainingMs()).toBe(600_000);
    expect(systemEnvironment.clock.timeOriginMs?.()).toBeUndefined();
  });

  test('shows the remaining lifetime of a token that was read before', () => {
    const world = createWorld({ initialToken: { value: 'ek_ssr', expires_in: 600 } });
    const token = world.tokens.peek();
    expect(token?.toString()).toBe('ek_…(redacted)');
    expect(token?.remainingMs()).toBe(600_000);
    world.clock.jump(60_000);
    expect(token?.remainingMs()).toBe(540_000);
  });

  test('replaces it when the API rejects it before any other use', async () => {
    const world = createWorld({ initialToken: used });
    world.server.script(mintResponse());
    world.tokens.invalidate(world.tokens.peek());
    expect(world.tokens.peek()).toBeUndefined();
    expect((await world.tokens.getToken()).value).not.toBe('ek_ssr');
  });

  test.each(['reset', 'dispose'] as const)('forgets it on %s before any other use', (action) => {
    const world = createWorld({ initialToken: used });
    world.tokens[action]();
    expect(world.tokens.peek()).toBeUndefined();
    expect(world.tokens.getState().status).toBe(action === 'reset' ? 'idle' : 'disposed');
  });

  test('is replaced by a token that is set', async () => {
    const world = createWorld({ initialToken: used });
    world.tokens.setToken({ value: 'ek_set', expires_in: 600 });
    expect(world.tokens.peek()?.value).toBe('ek_set');
    expect((await world.tokens.getToken()).value).toBe('ek_set');
  });
});
