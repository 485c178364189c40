import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

async function leased(options = {}, expiresIn = 100) {
  const world = createWorld(options);
  world.server.script(mintResponse(expiresIn));
  const release = world.tokens.keepFresh();
  await flushPromises(world);
  return { ...world, release };
}

describe('scheduled refresh', () => {
  test('fetches a token for a lease and refreshes it before it expires', async () => {
    const world = await leased();
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', refreshing: false });
    world.server.script(mintResponse(100));
    await world.clock.advance(80_000);
    expect(world.server.calls.map((call) => call.reason)).toEqual(['initial', 'proactive']);
    expect(world.tokens.peek()?.remainingMs()).toBe(100_000);
  });

  test.each([10, 30, 60, 120, 600, 7_200])(
    'replaces tokens of %i s in time and without a request storm',
    async (lifetimeSeconds) => {
      const world = createWorld({ maxUnusedRefreshes: 1_000 });
      world.server.script(...Array.from({ length: 40 }, () => mintResponse(lifetimeSeconds)));
      world.tokens.keepFresh();
      const statuses: string[] = [];
      world.tokens.subscribe(
        (state) => state.status !== 'ready' && state.status !== 'loading' && statuses.push(state.status),
      );
      await world.clock.advance(lifetimeSeconds * 10_000);
      expect(statuses).toEqual([]);
      expect(world.server.calls.length).toBeGreaterThanOrEqual(10);
      expect(world.server.calls.length).toBeLessThanOrEqual(14);
    },
  );

  test('schedules nothing without a lease', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    await world.tokens.getToken();
    expect(world.clock.pending()).toBe(0);
    await world.clock.advance(1_000_000);
    expect(world.server.calls).toHaveLength(1);
    expect(world.tokens.getState().status).toBe('idle');
  });

  test('stops when the lease is released, and ignores a second release', async () => {
    const world = await leased();
    const other = world.tokens.keepFresh();
    world.release();
    world.release();
    world.server.script(mintResponse(100));
    await world.clock.advance(80_000);
    expect(world.server.calls).toHaveLength(2);
    other();
    await world.clock.advance(1_000_000);
    expect(world.server.calls).toHaveLength(2);
    expect(world.environment.listenerCount()).toBe(0);
  });

  test('pauses while the page is hidden, and starts immediately when it is shown', async () => {
    const world = await leased();
    world.environment.hide();
    await world.clock.advance(500_000);
    expect(world.server.calls).toHaveLength(1);
    world.server.script(mintResponse(100));
    world.environment.show();
    await flushPromises(world);
    expect(world.server.calls.at(-1)!.reason).toBe('visible');
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('pauses while the page is offline, but a call still starts a request', async () => {
    const world = await leased();
    world.environment.goOffline();
    await world.clock.advance(90_000);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(20_000);
    world.server.script(mintResponse(100));
    await world.tokens.getToken();
    expect(world.server.calls).toHaveLength(2);
  });

  test('starts immediately after the machine slept', async () => {
    const world = await leased();
    await world.clock.advance(1_000);
    world.clock.sleep(3_600_000);
    world.server.script(mintResponse(100));
    world.environment.resume();
    await flushPromises(world);
    expect(world.server.calls.at(-1)!.reason).toBe('resume');
  });

  test('detects sleep without an event of the page within one timer interval', async () => {
    const world = await leased();
    world.clock.sleep(90_000);
    world.server.script(mintResponse(100));
    await world.clock.advance(30_000);
    expect(world.server.calls).toHaveLength(2);
  });

  test('pauses when the tokens are not used, and resumes with the next call', async () => {
    const world = createWorld({ maxUnusedRefreshes: 3 });
    world.server.script(...Array.from({ length: 50 }, () => mintResponse(100)));
    world.tokens.keepFresh();
    await world.clock.advance(10_000_000);
    expect(world.server.calls).toHaveLength(4);
    expect(world.events.filter((event) => event.type === 'refresh-paused')).toHaveLength(1);
    await world.tokens.getToken();
    await world.clock.advance(85_000);
    expect(world.server.calls).toHaveLength(6);
  });

  test('continues while fresh tokens are used', async () => {
    const world = createWorld({ maxUnusedRefreshes: 3 });
    world.server.script(...Array.from({ length: 50 }, () => mintResponse(100)));
    world.tokens.keepFresh();
    for (let taken = 0; taken < 10; taken += 1) {
      await world.clock.advance(90_000);
      const { length } = world.server.calls;
      await world.tokens.getToken();
      expect(world.server.calls).toHaveLength(length);
    }
    expect(world.server.calls).toHaveLength(12);
    expect(world.events.filter((event) => event.type === 'refresh-paused')).toEqual([]);
  });

  test('waits for long lifetimes with several timers', async () => {
    const world = createWorld({ parse: () => ({ value: 'ek_long', expiresInMs: 2 ** 31 * 3 }) });
    world.server.script({});
    world.tokens.keepFresh();
    await world.clock.advance(1_000_000);
    expect(world.server.calls).toHaveLength(1);
    expect(world.tokens.getState().status).toBe('ready');
  });
});

describe('a wrong clock', () => {
  test('has no effect when the response has expires_in', async () => {
    const world = createWorld();
    world.clock.jump(-7_200_000);
    world.server.script({ value: 'ek_a', expires_at: 1, expires_in: 100 });
    expect((await world.tokens.getToken()).remainingMs()).toBe(100_000);
    expect(world.tokens.getState()).toMatchObject({ expirySource: 'relative' });
  });

  test('does not extend a lifetime when it is set back', async () => {
    const world = await leased();
    world.clock.jump(-3_600_000);
    world.release();
    await world.clock.advance(96_000);
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('is corrected by the Date header, and the skew is visible', async () => {
    const world = createWorld();
    const serverNowMs = Math.floor(world.clock.nowMs() / 1000) * 1000 - 7_200_000;
    world.server.script(
      new Response(JSON.stringify({ value: 'ek_a', expires_at: serverNowMs / 1000 + 600 }), {
        headers: { date: new Date(serverNowMs).toUTCString() },
      }),
    );
    const token = await world.tokens.getToken();
    expect(token.remainingMs()).toBe(599_000);
    const state = world.tokens.getState();
    expect(state).toMatchObject({ status: 'ready', expirySource: 'corrected' });
    expect(state.status === 'ready' && state.clockSkewMs).toBeLessThan(-7_100_000);
  });

  test('limits a lifetime from expires_at alone to two hours', async () => {
    const world = createWorld();
    world.server.script({ value: 'ek_a', expires_at: world.clock.nowMs() / 1000 + 999_999 });
    expect((await world.tokens.getToken()).remainingMs()).toBe(7_200_000);
  });
});

describe('a prefetch', () => {
  test('is complete when it finds a fresh token', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    await world.tokens.getToken();
    world.tokens.prefetch();
    await world.clock.advance(90_000);
    const stop = world.tokens.subscribe(() => undefined);
    await world.clock.advance(20_000);
    stop();
    expect(world.server.calls).toHaveLength(1);
  });

  test('waits for minIntervalMs before it fetches', async () => {
    const world = createWorld({ minIntervalMs: 5_000 });
    world.server.script(mintResponse(100));
    await world.tokens.getToken();
    world.tokens.invalidate();
    world.tokens.prefetch();
    await world.clock.advance(4_999);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.server.calls.map((call) => call.reason)).toEqual(['initial', 'invalidated']);
  });

  test('continues when a caller that joined it stops waiting', async () => {
    const world = createWorld();
    world.tokens.prefetch();
    await flushPromises(world);
    const controller = new AbortController();
    const aborted = world.tokens.getToken({ signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    expect(world.server.calls[0]!.signal.aborted).toBe(false);
    world.server.calls[0]!.resolve(mintResponse(100));
    await flushPromises(world);
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('is not retried when it fails', async () => {
    const world = createWorld();
    world.tokens.prefetch();
    await flushPromises(world);
    world.server.calls[0]!.reject(new TypeError('fetch failed'));
    await world.clock.advance(600_000);
    expect(world.server.calls).toHaveLength(1);
  });
});

test('replaces an expired token with the reason proactive while there is a lease', async () => {
  const world = await leased();
  world.server.script(...Array.from({ length: 40 }, () => new TypeError('fetch failed')));
  await world.clock.advance(200_000);
  expect(world.tokens.getState().status).toBe('loading');
  expect(new Set(world.server.calls.slice(1).map((call) => call.reason))).toEqual(new Set(['proactive']));
});

test('uses one timer for each visible change while a token expires', async () => {
  const world = createWorld();
  world.server.script(mintResponse(100));
  await world.tokens.getToken();
  const { clock } = world.environment;
  let timers = 0;
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (run, delayMs) => {
    timers += 1;
    return setTimer(run, delayMs);
  };
  const statuses: string[] = [];
  world.tokens.subscribe((state) => statuses.push(state.status));
  await world.clock.advance(200_000);
  expect(statuses).toEqual(['idle']);
  expect(timers).toBeLessThanOrEqual(6); // intervals of 30 s, the margin, the expiry
});

test('keeps a request for other callers when one stops waiting', async () => {
  const world = createWorld();
  const controller = new AbortController();
  const aborted = world.tokens.getToken({ signal: controller.signal });
  const waiting = world.tokens.getToken();
  world.tokens.keepFresh();
  await flushPromises(world);
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  expect(world.server.calls[0]!.signal.aborted).toBe(false);
  world.server.calls[0]!.resolve(mintResponse(100));
  expect((await waiting).remainingMs()).toBe(100_000);
});

test('keeps the process alive only while a caller waits', async () => {
  const world = createWorld();
  const { clock } = world.environment;
  const priorities: (string | undefined)[] = [];
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (run, delayMs, priority) => {
    priorities.push(priority);
    return setTimer(run, delayMs);
  };
  world.server.script(new TypeError('fetch failed'), mintResponse(100));
  const pending = world.tokens.getToken();
  await flushPromises(world);
  expect(priorities.at(-1)).toBe('caller');
  await world.clock.advance(30_000);
  await pending;
  world.tokens.keepFresh();
  expect(priorities.at(-1)).toBe('background');
});
