import { createTokenManager, literal } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { answer, createWorld, settled } from './support/world.ts';

const down = (): TypeError => new TypeError('Failed to fetch');

async function refusal(raw: (nowMs: number) => unknown, delayMs = 0): Promise<string> {
  const world = createWorld({ retry: { limit: 1 } });
  const wanted = world.tokens.getToken();
  await world.clock.advance(delayMs);
  world.server.calls[0]!.resolve(raw(world.clock.nowMs()));
  return wanted.then(
    () => 'taken',
    (thrown: unknown) => String(thrown),
  );
}

describe('a diagnosis', () => {
  test('of a dead token suspects this machine’s clock when nothing else was there to go by', async () => {
    const message = await refusal((nowMs) => ({ value: 'ek_1', expires_at: nowMs / 1000 - 90 }));
    expect(message).toContain('(-90.0 s from the start of its request, this clock may be ahead)');
  });

  test('of a dead token says how far the clocks are apart when that was measured', async () => {
    const message = await refusal((nowMs) =>
      Response.json(
        { value: 'ek_1', expires_at: nowMs / 1000 + 100 - 7_200 },
        { headers: { date: new Date(nowMs + 7_200_000).toUTCString() } },
      ),
    );
    expect(message).toContain('from the start of its request, clocks differ by 7200.0 s)');
  });

  test('of a dead token suspects no clock that agrees with the server’s', async () => {
    const message = await refusal((nowMs) =>
      Response.json(
        { value: 'ek_1', expires_at: nowMs / 1000 - 100 },
        { headers: { date: new Date(nowMs).toUTCString() } },
      ),
    );
    expect(message).toContain('(-101.0 s from the start of its request)');
  });

  test('of a token that died on its way suspects no clock', async () => {
    expect(await refusal(() => ({ value: 'ek_1', expires_in: 6 }), 7_000)).toContain(
      '(6.0 s from the start of its request)',
    );
  });

  test('of a short life says what is left and what is needed', async () => {
    expect(await refusal(() => answer(6), 2_000)).toContain(
      'with 4.0 s left, and 5.0 s are required',
    );
  });

  test('of a wish for too much says what a new token has', async () => {
    const world = createWorld();
    world.server.script(answer(60));
    const wanted = world.tokens.getToken({ minRemainingMs: 60_001 });
    await expect(wanted).rejects.toThrow('arrived with 60.0 s left, and minRemainingMs requires more.');
    await world.clock.advance(60_000);
    expect(world.server.calls).toHaveLength(1);
  });
});

describe('no progress', () => {
  async function second(first: unknown, next: unknown, options = {}): Promise<string> {
    const world = createWorld(options);
    world.server.script(first);
    world.tokens.keepFresh();
    await settled(world);
    await world.clock.advance(80_000);
    world.server.calls[1]!.resolve(next);
    await settled(world);
    const state = world.tokens.getState();
    return state.status === 'ready' ? String(state.error?.message) : state.status;
  }

  test('is the same token again', async () => {
    const same = { value: 'ek_same', expires_in: 100 };
    expect(await second(same, same)).toContain('returned the same token again.');
  });

  test('is a token that expires no later than the current one', async () => {
    expect(await second(answer(100), answer(20))).toContain('expires no later than the current one.');
    expect(await second(answer(100), answer(21))).toBe('undefined');
  });

  test('is a token that was used up, where tokens are used once', async () => {
    const world = createWorld({ reuse: 'once', retry: { limit: 1 } });
    const same = { value: 'ek_same', expires_in: 100 };
    world.server.script(same, same);
    await world.tokens.getToken();
    const again = world.tokens.getToken();
    await world.clock.advance(1_000);
    await expect(again).rejects.toThrow('returned the same token again.');
  });

  test('is not held against a token nobody knows the life of', async () => {
    const environment = createManualEnvironment();
    const tokens = createTokenManager({ fetchToken: literal('ek_static'), environment, minIntervalMs: 0 });
    await tokens.getToken();
    expect((await tokens.getToken()).value).toBe('ek_static');
  });

  test('is not held against a shorter token that was asked for by force', async () => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script(answer(600), { value: 'ek_forced', expires_in: 60 });
    await world.tokens.getToken();
    const [plain, forced] = [
      world.tokens.getToken({ minRemainingMs: 600_000 }),
      world.tokens.getToken({ force: true }),
    ];
    expect((await plain).remainingMs()).toBe(600_000);
    expect((await forced).value).toBe('ek_forced');
  });

  test('is held against a shorter token when callers only want a longer one', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(answer(100), answer(10));
    await world.tokens.getToken();
    await world.clock.advance(50_000);
    await expect(world.tokens.getToken({ minRemainingMs: 60_000 })).rejects.toMatchObject({
      code: 'no-progress',
    });
  });

  test('two short lives in a row reject at once and begin the long wait', async () => {
    const world = createWorld({ retry: { limit: 9 } });
    world.server.script(answer(1), answer(1), answer(60));
    const wanted = world.tokens.getToken();
    await world.clock.advance(5_000);
    await expect(wanted).rejects.toMatchObject({ code: 'lifetime-too-short', attempt: 2 });
    void world.tokens.getToken();
    await world.clock.advance(20_000);
    expect(world.server.calls).toHaveLength(2);
    await world.clock.advance(11_000);
    expect(world.server.calls).toHaveLength(3);
  });
});

describe('who a call belongs to', () => {
  test('a prefetch goes on when the caller that joined it leaves', async () => {
    const world = createWorld();
    const leave = new AbortController();
    world.tokens.prefetch();
    expect(world.tokens.getState()).toMatchObject({ status: 'loading', attempt: 1, retryAtMs: undefined });
    void world.tokens.getToken({ signal: leave.signal });
    await settled(world);
    leave.abort();
    expect(world.server.calls[0]!.signal.aborted).toBe(false);
    world.server.calls[0]!.resolve(answer());
    await settled(world);
    expect(world.tokens.peek()).toBeDefined();
  });

  test('a caller’s call goes on without it while somebody holds a lease, and counts as unused: nobody took its token', async () => {
    const world = createWorld({ refreshWhile: 'never', maxUnusedRefreshes: 1 });
    const leave = new AbortController();
    world.server.script(answer(100));
    await world.tokens.getToken();
    world.tokens.keepFresh();
    await world.clock.advance(96_000);
    void world.tokens.getToken({ signal: leave.signal });
    await settled(world);
    leave.abort();
    expect(world.server.calls[1]!.signal.aborted).toBe(false);
    world.server.calls[1]!.resolve(answer(100));
    await settled(world);
    expect(world.tokens.peek()).toBeDefined();
    expect(world.events.some((event) => event.type === 'refresh-paused')).toBe(true);
  });

  test('leaving where nothing is under way gives nothing up', async () => {
    const world = createWorld({ retry: { baseMs: 10_000 } });
    const leave = new AbortController();
    world.server.script(down());
    const wanted = world.tokens.getToken({ signal: leave.signal });
    await settled(world);
    leave.abort();
    await expect(wanted).rejects.toMatchObject({ code: 'aborted' });
    expect(world.events.map((event) => event.type)).toEqual(['mint-started', 'mint-failed']);
  });

  test('a refresh that serves someone is not an unused one', async () => {
    const world = createWorld({ maxUnusedRefreshes: 1 });
    world.server.script(answer(100));
    world.tokens.keepFresh();
    await settled(world);
    await world.clock.advance(80_000);
    const wanted = world.tokens.getToken({ minRemainingMs: 50_000 });
    world.server.calls[1]!.resolve(answer(100));
    await wanted;
    expect(world.events.some((event) => event.type === 'refresh-paused')).toBe(false);
  });
});

describe('why a call is made', () => {
  const reasons = (world: ReturnType<typeof createWorld>) => world.server.calls.map((call) => call.reason);

  test('demand: somebody waits and there is no usable token', async () => {
    const world = createWorld();
    world.server.script(answer(100), answer(100));
    await world.tokens.getToken();
    await world.clock.advance(99_000);
    await world.tokens.getToken();
    expect(reasons(world)).toEqual(['initial', 'demand']);
  });

  test('proactive: the token still works', async () => {
    const world = createWorld();
    world.server.script(answer(100), answer(100), answer(200));
    await world.tokens.getToken();
    await world.clock.advance(85_000);
    await world.tokens.getToken();
    await settled(world);
    await world.clock.advance(5_000);
    await world.tokens.getToken({ minRemainingMs: 99_000 });
    expect(reasons(world)).toEqual(['initial', 'proactive', 'proactive']);
  });

  test('a page that is shown is a reason only where it makes a refresh start', async () => {
    const early = createWorld();
    early.server.script(answer(100), answer(100));
    early.tokens.keepFresh();
    await settled(early);
    early.environment.hide();
    early.environment.show();
    await early.clock.advance(80_000);
    expect(reasons(early)).toEqual(['initial', 'proactive']);

    const first = createWorld();
    first.environment.hide();
    first.tokens.keepFresh();
    first.environment.show();
    await settled(first);
    expect(reasons(first)).toEqual(['initial']);
  });

  test('nor where refreshing is left to callers, or has to wait', async () => {
    const never = createWorld({ refreshWhile: 'never' });
    never.server.script(answer(100), answer(100));
    never.tokens.keepFresh();
    await never.tokens.getToken();
    await never.clock.advance(100_000);
    never.environment.resume();
    await never.tokens.getToken();
    expect(reasons(never)).toEqual(['initial', 'demand']);

    const waits = createWorld();
    waits.server.script(answer(100), new Response('{}', { status: 503 }), answer(100));
    waits.tokens.keepFresh();
    await settled(waits);
    await waits.clock.advance(80_000);
    waits.environment.resume();
    await waits.clock.advance(5_000);
    expect(reasons(waits)).toEqual(['initial', 'proactive', 'proactive']);
  });

  test('online: the network is back and a refresh was due', async () => {
    const world = createWorld();
    world.server.script(answer(100), answer(100));
    world.tokens.keepFresh();
    await settled(world);
    world.environment.goOffline();
    await world.clock.advance(85_000);
    world.environment.goOnline();
    await settled(world);
    expect(reasons(world)).toEqual(['initial', 'online']);
  });
});

describe('what happens around a page', () => {
  test('hiding it or losing the network hurries nothing', async () => {
    const world = createWorld({ retry: { baseMs: 30_000 }, refreshWhile: 'leased' });
    world.server.script(down());
    void world.tokens.getToken();
    world.tokens.keepFresh();
    await world.clock.advance(2_000);
    world.environment.hide();
    world.environment.goOffline();
    await settled(world);
    expect(world.server.calls).toHaveLength(1);
    world.environment.resume();
    await settled(world);
    expect(world.server.calls).toHaveLength(2);
  });

  test('a time-out is a failure to connect: the network coming back ends its wait', async () => {
    const world = createWorld({ retry: { baseMs: 30_000 }, timeoutMs: 1_000 });
    world.tokens.keepFresh();
    await world.clock.advance(5_000);
    expect(world.server.calls).toHaveLength(1);
    world.environment.goOffline();
    world.environment.goOnline();
    await settled(world);
    expect(world.server.calls).toHaveLength(2);
  });

  test('showing it wakes a refresh that fell asleep', async () => {
    const world = createWorld({ maxUnusedRefreshes: 1 });
    world.server.script(answer(100), answer(100), answer(100));
    world.tokens.keepFresh();
    await world.clock.advance(400_000);
    expect(world.server.calls).toHaveLength(2);
    world.environment.goOffline();
    world.environment.goOnline();
    await settled(world);
    expect(world.server.calls).toHaveLength(2);
    world.environment.hide();
    world.environment.show();
    await settled(world);
    expect(world.server.calls).toHaveLength(3);
  });

  test('those who watch are told at the margin that the token is gone', async () => {
    const world = createWorld();
    const told: string[] = [];
    world.server.script(answer(20));
    await world.tokens.getToken();
    world.tokens.subscribe((state) => told.push(state.status));
    await world.clock.advance(17_999);
    expect(told).toEqual([]);
    await world.clock.advance(1);
    expect(told).toEqual(['idle']);
  });
});

describe('in the last stretch of a token', () => {
  test('a caller that waits gets it above its margin, and a new one at the margin', async () => {
    const world = createWorld();
    world.server.script(answer(20));
    const token = await world.tokens.getToken();
    await world.clock.advance(17_999);
    expect(await world.tokens.getToken()).toBe(token);
    await world.clock.advance(1);
    world.server.calls[1]!.resolve(answer(20));
    expect(await world.tokens.getToken()).not.toBe(token);
  });

  test('a caller gets it with exactly the life it needs', async () => {
    const world = createWorld();
    world.server.script(answer(100));
    const token = await world.tokens.getToken();
    await world.clock.advance(90_000);
    expect(await world.tokens.getToken({ minRemainingMs: 10_000 })).toBe(token);
  });

  test('a new token with exactly the life a caller needs is enough', async () => {
    const world = createWorld();
    world.server.script(answer(60));
    expect((await world.tokens.getToken({ minRemainingMs: 60_000 })).remainingMs()).toBe(60_000);
  });

  test('a fatal failure is over when its cool-down is, to the millisecond', async () => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script(new Response('{}', { status: 401 }), answer());
    await expect(world.tokens.getToken()).rejects.toThrow();
    await world.clock.advance(249);
    await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 401 });
    await world.clock.advance(1);
    expect((await world.tokens.getToken()).value).toMatch(/^ek_/);
  });

  test('a forced call that meets no cool-down keeps its one pass', async () => {
    const world = createWorld({ retry: { limit: 1, baseMs: 30_000 }, minIntervalMs: 0 });
    world.server.script(down(), down());
    await expect(world.tokens.getToken({ force: true })).rejects.toThrow();
    await expect(world.tokens.getToken({ force: true })).rejects.toThrow();
    expect(world.server.calls).toHaveLength(2);
  });
});
