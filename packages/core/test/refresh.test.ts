import { describe, expect, test } from 'vitest';
import { answer, createWorld, settled } from './support/world.ts';

async function leased(options = {}, expiresIn = 100) {
  const world = createWorld(options);
  world.server.script(answer(expiresIn));
  const release = world.tokens.keepFresh();
  await settled(world);
  return { ...world, release };
}

describe('scheduled refresh', () => {
  test('a lease fetches a token and refreshes it before it expires', async () => {
    const world = await leased();
    expect(world.tokens.getState()).toMatchObject({ status: 'ready', refreshing: false });
    world.server.script(answer(100));
    await world.clock.advance(80_000);
    expect(world.server.calls.map((call) => call.reason)).toEqual(['initial', 'proactive']);
    expect(world.tokens.peek()?.remainingMs()).toBe(100_000);
  });

  test.each([10, 30, 60, 120, 600, 7_200])(
    'tokens of %i s are replaced in time and without a storm',
    async (life) => {
      const world = createWorld({ maxUnusedRefreshes: 1_000 });
      world.server.script(...Array.from({ length: 40 }, () => answer(life)));
      world.tokens.keepFresh();
      const gone: string[] = [];
      world.tokens.subscribe(
        (state) => state.status !== 'ready' && state.status !== 'loading' && gone.push(state.status),
      );
      await world.clock.advance(life * 10_000);
      expect(gone).toEqual([]);
      expect(world.server.calls.length).toBeGreaterThanOrEqual(10);
      expect(world.server.calls.length).toBeLessThanOrEqual(14);
    },
  );

  test('without a lease nothing is scheduled', async () => {
    const world = createWorld();
    world.server.script(answer(100));
    await world.tokens.getToken();
    expect(world.clock.pending()).toBe(0);
    await world.clock.advance(1_000_000);
    expect(world.server.calls).toHaveLength(1);
    expect(world.tokens.getState().status).toBe('idle');
  });

  test('releasing the lease stops refreshing, once', async () => {
    const world = await leased();
    const other = world.tokens.keepFresh();
    world.release();
    world.release();
    world.server.script(answer(100));
    await world.clock.advance(80_000);
    expect(world.server.calls).toHaveLength(2);
    other();
    await world.clock.advance(1_000_000);
    expect(world.server.calls).toHaveLength(2);
    expect(world.environment.listenerCount()).toBe(0);
  });

  test('a hidden page does not refresh, and does at once when shown', async () => {
    const world = await leased();
    world.environment.hide();
    await world.clock.advance(500_000);
    expect(world.server.calls).toHaveLength(1);
    world.server.script(answer(100));
    world.environment.show();
    await settled(world);
    expect(world.server.calls.at(-1)!.reason).toBe('visible');
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('a page that believes it is offline does not refresh by itself, but a call still goes out', async () => {
    const world = await leased();
    world.environment.goOffline();
    await world.clock.advance(90_000);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(20_000);
    world.server.script(answer(100));
    await world.tokens.getToken();
    expect(world.server.calls).toHaveLength(2);
  });

  test('waking from sleep refreshes at once', async () => {
    const world = await leased();
    await world.clock.advance(1_000);
    world.clock.sleep(3_600_000);
    world.server.script(answer(100));
    world.environment.resume();
    await settled(world);
    expect(world.server.calls.at(-1)!.reason).toBe('resume');
  });

  test('sleep without any signal from the page is noticed by the next nap of the timer', async () => {
    const world = await leased();
    world.clock.sleep(90_000);
    world.server.script(answer(100));
    await world.clock.advance(30_000);
    expect(world.server.calls).toHaveLength(2);
  });

  test('refreshing sleeps when nobody takes the tokens, and wakes with the next call', async () => {
    const world = createWorld({ maxUnusedRefreshes: 3 });
    world.server.script(...Array.from({ length: 50 }, () => answer(100)));
    world.tokens.keepFresh();
    await world.clock.advance(10_000_000);
    expect(world.server.calls).toHaveLength(4);
    expect(world.events.filter((event) => event.type === 'refresh-paused')).toHaveLength(1);
    await world.tokens.getToken();
    await world.clock.advance(85_000);
    expect(world.server.calls).toHaveLength(6);
  });

  test('refreshing goes on while somebody takes fresh tokens', async () => {
    const world = createWorld({ maxUnusedRefreshes: 3 });
    world.server.script(...Array.from({ length: 50 }, () => answer(100)));
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

  test('life beyond the longest timer is waited for in naps', async () => {
    const world = createWorld({ parse: () => ({ value: 'ek_long', expiresInMs: 2 ** 31 * 3 }) });
    world.server.script({});
    world.tokens.keepFresh();
    await world.clock.advance(1_000_000);
    expect(world.server.calls).toHaveLength(1);
    expect(world.tokens.getState().status).toBe('ready');
  });
});

describe('a wrong clock', () => {
  test('does not matter when the answer carries expires_in', async () => {
    const world = createWorld();
    world.clock.jump(-7_200_000);
    world.server.script({ value: 'ek_a', expires_at: 1, expires_in: 100 });
    expect((await world.tokens.getToken()).remainingMs()).toBe(100_000);
    expect(world.tokens.getState()).toMatchObject({ expirySource: 'relative' });
  });

  test('set back while a token lives does not extend its life', async () => {
    const world = await leased();
    world.clock.jump(-3_600_000);
    world.release();
    await world.clock.advance(96_000);
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('is corrected by the Date header of the answer, and the skew is visible', async () => {
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

  test('without any help expires_at is believed for at most two hours', async () => {
    const world = createWorld();
    world.server.script({ value: 'ek_a', expires_at: world.clock.nowMs() / 1000 + 999_999 });
    expect((await world.tokens.getToken()).remainingMs()).toBe(7_200_000);
  });
});

describe('a prefetch', () => {
  test('that finds a fresh token is done, and does not fire when that token ages', async () => {
    const world = createWorld();
    world.server.script(answer(100));
    await world.tokens.getToken();
    world.tokens.prefetch();
    await world.clock.advance(90_000);
    const stop = world.tokens.subscribe(() => undefined);
    await world.clock.advance(20_000);
    stop();
    expect(world.server.calls).toHaveLength(1);
  });

  test('waits for the least interval, and then fetches', async () => {
    const world = createWorld({ minIntervalMs: 5_000 });
    world.server.script(answer(100));
    await world.tokens.getToken();
    world.tokens.invalidate();
    world.tokens.prefetch();
    await world.clock.advance(4_999);
    expect(world.server.calls).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.server.calls.map((call) => call.reason)).toEqual(['initial', 'invalidated']);
  });

  test('is not given up by a caller that came along and left', async () => {
    const world = createWorld();
    world.tokens.prefetch();
    await settled(world);
    const leaving = new AbortController();
    const left = world.tokens.getToken({ signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    expect(world.server.calls[0]!.signal.aborted).toBe(false);
    world.server.calls[0]!.resolve(answer(100));
    await settled(world);
    expect(world.tokens.getState().status).toBe('ready');
  });

  test('that failed is not tried again by itself', async () => {
    const world = createWorld();
    world.tokens.prefetch();
    await settled(world);
    world.server.calls[0]!.reject(new TypeError('fetch failed'));
    await world.clock.advance(600_000);
    expect(world.server.calls).toHaveLength(1);
  });
});

test('an expired token is replaced for its lease, not on anybody’s demand', async () => {
  const world = await leased();
  world.server.script(...Array.from({ length: 40 }, () => new TypeError('fetch failed')));
  await world.clock.advance(200_000);
  expect(world.tokens.getState().status).toBe('loading');
  expect(new Set(world.server.calls.slice(1).map((call) => call.reason))).toEqual(new Set(['proactive']));
});

test('whoever watches a token die costs a timer for each thing to see, not more', async () => {
  const world = createWorld();
  world.server.script(answer(100));
  await world.tokens.getToken();
  const { clock } = world.environment;
  let timers = 0;
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (run, delayMs) => {
    timers += 1;
    return setTimer(run, delayMs);
  };
  const told: string[] = [];
  world.tokens.subscribe((state) => told.push(state.status));
  await world.clock.advance(200_000);
  expect(told).toEqual(['idle']);
  expect(timers).toBeLessThanOrEqual(6); // naps of 30 s, the margin, the end
});

test('a caller that leaves ends nothing for another caller, whatever leases there are', async () => {
  const world = createWorld();
  const leaving = new AbortController();
  const left = world.tokens.getToken({ signal: leaving.signal });
  const stayed = world.tokens.getToken();
  world.tokens.keepFresh();
  await settled(world);
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: 'aborted' });
  expect(world.server.calls[0]!.signal.aborted).toBe(false);
  world.server.calls[0]!.resolve(answer(100));
  expect((await stayed).remainingMs()).toBe(100_000);
});

test('a process stays alive for a caller that waits, and for nobody else', async () => {
  const world = createWorld();
  const { clock } = world.environment;
  const forWhom: (string | undefined)[] = [];
  const setTimer = clock.setTimer.bind(clock);
  clock.setTimer = (run, delayMs, whom) => {
    forWhom.push(whom);
    return setTimer(run, delayMs);
  };
  world.server.script(new TypeError('fetch failed'), answer(100));
  const wanted = world.tokens.getToken();
  await settled(world);
  expect(forWhom.at(-1)).toBe('caller');
  await world.clock.advance(30_000);
  await wanted;
  world.tokens.keepFresh();
  expect(forWhom.at(-1)).toBe('background');
});
