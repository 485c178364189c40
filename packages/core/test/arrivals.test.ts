import { createTokenManager, literal } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

const down = (): TypeError => new TypeError('Failed to fetch');

async function getError(raw: (nowMs: number) => unknown, delayMs = 0): Promise<string> {
  const world = createWorld({ retry: { limit: 1 } });
  const pending = world.tokens.getToken();
  await world.clock.advance(delayMs);
  world.server.calls[0]!.resolve(raw(world.clock.nowMs()));
  return pending.then(
    () => 'taken',
    (thrown: unknown) => String(thrown),
  );
}

describe('the error of an unusable token', () => {
  test('suspects this machine’s clock when the token has expired and only that clock is known', async () => {
    const message = await getError((nowMs) => ({ value: 'ek_1', expires_at: nowMs / 1000 - 90 }));
    expect(message).toContain('(-90.0 s from the start of its request, this clock may be ahead)');
  });

  test('contains the clock skew when it was measured', async () => {
    const message = await getError((nowMs) =>
      Response.json(
        { value: 'ek_1', expires_at: nowMs / 1000 + 100 - 7_200 },
        { headers: { date: new Date(nowMs + 7_200_000).toUTCString() } },
      ),
    );
    expect(message).toContain('from the start of its request, clocks differ by 7200.0 s)');
  });

  test('suspects no clock when both clocks agree', async () => {
    const message = await getError((nowMs) =>
      Response.json(
        { value: 'ek_1', expires_at: nowMs / 1000 - 100 },
        { headers: { date: new Date(nowMs).toUTCString() } },
      ),
    );
    expect(message).toContain('(-101.0 s from the start of its request)');
  });

  test('suspects no clock when the token expired in transit', async () => {
    expect(await getError(() => ({ value: 'ek_1', expires_in: 6 }), 7_000)).toContain(
      '(6.0 s from the start of its request)',
    );
  });

  test('contains the remaining and the required lifetime when the lifetime is too short', async () => {
    expect(await getError(() => mintResponse(6), 2_000)).toContain('with 4.0 s left, and 5.0 s are required');
  });

  test('contains the lifetime of new tokens when a caller requires more', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60));
    const pending = world.tokens.getToken({ minRemainingMs: 60_001 });
    await expect(pending).rejects.toThrow('arrived with 60.0 s left, and minRemainingMs requires more.');
    await world.clock.advance(60_000);
    expect(world.server.calls).toHaveLength(1);
  });
});

describe('no progress', () => {
  async function second(first: unknown, next: unknown, options = {}): Promise<string> {
    const world = createWorld(options);
    world.server.script(first);
    world.tokens.keepFresh();
    await flushPromises(world);
    await world.clock.advance(80_000);
    world.server.calls[1]!.resolve(next);
    await flushPromises(world);
    const state = world.tokens.getState();
    return state.status === 'ready' ? String(state.error?.message) : state.status;
  }

  test('is reported when the same token arrives again', async () => {
    const same = { value: 'ek_same', expires_in: 100 };
    expect(await second(same, same)).toContain('returned the same token again.');
  });

  test('is reported when the new token expires no later than the current one', async () => {
    expect(await second(mintResponse(100), mintResponse(20))).toContain(
      'expires no later than the current one.',
    );
    expect(await second(mintResponse(100), mintResponse(21))).toBe('undefined');
  });

  test('is reported when a used single-use token arrives again', async () => {
    const world = createWorld({ reuse: 'once', retry: { limit: 1 } });
    const same = { value: 'ek_same', expires_in: 100 };
    world.server.script(same, same);
    await world.tokens.getToken();
    const again = world.tokens.getToken();
    await world.clock.advance(1_000);
    await expect(again).rejects.toThrow('returned the same token again.');
  });

  test('accepts a token with unknown lifetime', async () => {
    const environment = createManualEnvironment();
    const tokens = createTokenManager({ fetchToken: literal('ek_static'), environment, minIntervalMs: 0 });
    await tokens.getToken();
    expect((await tokens.getToken()).value).toBe('ek_static');
  });

  test('accepts a shorter token when the call was forced', async () => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script(mintResponse(600), { value: 'ek_forced', expires_in: 60 });
    await world.tokens.getToken();
    const [plain, forced] = [
      world.tokens.getToken({ minRemainingMs: 600_000 }),
      world.tokens.getToken({ force: true }),
    ];
    expect((await plain).remainingMs()).toBe(600_000);
    expect((await forced).value).toBe('ek_forced');
  });

  test('is reported for a shorter token when a caller requires a longer lifetime', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    world.server.script(mintResponse(100), mintResponse(10));
    await world.tokens.getToken();
    await world.clock.advance(50_000);
    await expect(world.tokens.getToken({ minRemainingMs: 60_000 })).rejects.toMatchObject({
      code: 'no-progress',
    });
  });

  test('rejects immediately and waits the maximum backoff after two short-lived tokens in a row', async () => {
    const world = createWorld({ retry: { limit: 9 } });
    world.server.script(mintResponse(1), mintResponse(1), mintResponse(60));
    const pending = world.tokens.getToken();
    await world.clock.advance(5_000);
    await expect(pending).rejects.toMatchObject({ code: 'lifetime-too-short', attempt: 2 });
    void world.tokens.getToken();
    await world.clock.advance(20_000);
    expect(world.server.calls).toHaveLength(2);
    await world.clock.advance(11_000);
    expect(world.server.calls).toHaveLength(3);
  });
});

describe('the owner of a request', () => {
  test('continues a prefetch when a caller that joined it stops waiting', async () => {
    const world = createWorld();
    const controller = new AbortController();
    world.tokens.prefetch();
    expect(world.tokens.getState()).toMatchObject({ status: 'loading', attempt: 1, retryAtMs: undefined });
    void world.tokens.getToken({ signal: controller.signal });
    await flushPromises(world);
    controller.abort();
    expect(world.server.calls[0]!.signal.aborted).toBe(false);
    world.server.calls[0]!.resolve(mintResponse());
    await flushPromises(world);
    expect(world.tokens.peek()).toBeDefined();
  });

  test('continues a caller’s request while there is a lease, and counts its token as unused', async () => {
    const world = createWorld({ refreshWhile: 'never', maxUnusedRefreshes: 1 });
    const controller = new AbortController();
    world.server.script(mintResponse(100));
    await world.tokens.getToken();
    world.tokens.keepFresh();
    await world.clock.advance(96_000);
    void world.tokens.getToken({ signal: controller.signal });
    await flushPromises(world);
    controller.abort();
    expect(world.server.calls[1]!.signal.aborted).toBe(false);
    world.server.calls[1]!.resolve(mintResponse(100));
    await flushPromises(world);
    expect(world.tokens.peek()).toBeDefined();
    expect(world.events.some((event) => event.type === 'refresh-paused')).toBe(true);
  });

  test('drops nothing when a caller stops waiting and no request is running', async () => {
    const world = createWorld({ retry: { baseMs: 10_000 } });
    const controller = new AbortController();
    world.server.script(down());
    const pending = world.tokens.getToken({ signal: controller.signal });
    await flushPromises(world);
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'aborted' });
    expect(world.events.map((event) => event.type)).toEqual(['mint-started', 'mint-failed']);
  });

  test('counts a refresh as used when it serves a caller', async () => {
    const world = createWorld({ maxUnusedRefreshes: 1 });
    world.server.script(mintResponse(100));
    world.tokens.keepFresh();
    await flushPromises(world);
    await world.clock.advance(80_000);
    const pending = world.tokens.getToken({ minRemainingMs: 50_000 });
    world.server.calls[1]!.resolve(mintResponse(100));
    await pending;
    expect(world.events.some((event) => event.type === 'refresh-paused')).toBe(false);
  });
});

describe('the reason of a request', () => {
  const reasons = (world: ReturnType<typeof createWorld>) => world.server.calls.map((call) => call.reason);

  test('is demand when a caller waits and there is no usable token', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100), mintResponse(100));
    await world.tokens.getToken();
    await world.clock.advance(99_000);
    await world.tokens.getToken();
    expect(reasons(world)).toEqual(['initial', 'demand']);
  });

  test('is proactive while the token still works', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100), mintResponse(100), mintResponse(200));
    await world.tokens.getToken();
    await world.clock.advance(85_000);
    await world.tokens.getToken();
    await flushPromises(world);
    await world.clock.advance(5_000);
    await world.tokens.getToken({ minRemainingMs: 99_000 });
    expect(reasons(world)).toEqual(['initial', 'proactive', 'proactive']);
  });

  test('is visible only when showing the page starts a refresh', async () => {
    const early = createWorld();
    early.server.script(mintResponse(100), mintResponse(100));
    early.tokens.keepFresh();
    await flushPromises(early);
    early.environment.hide();
    early.environment.show();
    await early.clock.advance(80_000);
    expect(reasons(early)).toEqual(['initial', 'proactive']);

    const first = createWorld();
    first.environment.hide();
    first.tokens.keepFresh();
    first.environment.show();
    await flushPromises(first);
    expect(reasons(first)).toEqual(['initial']);
  });

  test('is not visible when only callers refresh, or the refresh has to wait', async () => {
    const never = createWorld({ refreshWhile: 'never' });
    never.server.script(mintResponse(100), mintResponse(100));
    never.tokens.keepFresh();
    await never.tokens.getToken();
    await never.clock.advance(100_000);
    never.environment.resume();
    await never.tokens.getToken();
    expect(reasons(never)).toEqual(['initial', 'demand']);

    const delayed = createWorld();
    delayed.server.script(mintResponse(100), new Response('{}', { status: 503 }), mintResponse(100));
    delayed.tokens.keepFresh();
    await flushPromises(delayed);
    await delayed.clock.advance(80_000);
    delayed.environment.resume();
    await delayed.clock.advance(5_000);
    expect(reasons(delayed)).toEqual(['initial', 'proactive', 'proactive']);
  });

  test('is online when the network is back and a refresh was due', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100), mintResponse(100));
    world.tokens.keepFresh();
    await flushPromises(world);
    world.environment.goOffline();
    await world.clock.advance(85_000);
    world.environment.goOnline();
    await flushPromises(world);
    expect(reasons(world)).toEqual(['initial', 'online']);
  });
});

describe('changes of the page', () => {
  test('start no request when the page is hidden or the network is lost', async () => {
    const world = createWorld({ retry: { baseMs: 30_000 }, refreshWhile: 'leased' });
    world.server.script(down());
    void world.tokens.getToken();
    world.tokens.keepFresh();
    await world.clock.advance(2_000);
    world.environment.hide();
    world.environment.goOffline();
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(1);
    world.environment.resume();
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(2);
  });

  test('end the cooldown of a timeout when the network is back', async () => {
    const world = createWorld({ retry: { baseMs: 30_000 }, timeoutMs: 1_000 });
    world.tokens.keepFresh();
    await world.clock.advance(5_000);
    expect(world.server.calls).toHaveLength(1);
    world.environment.goOffline();
    world.environment.goOnline();
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(2);
  });

  test('resume a paused refresh when the page is shown', async () => {
    const world = createWorld({ maxUnusedRefreshes: 1 });
    world.server.script(mintResponse(100), mintResponse(100), mintResponse(100));
    world.tokens.keepFresh();
    await world.clock.advance(400_000);
    expect(world.server.calls).toHaveLength(2);
    world.environment.goOffline();
    world.environment.goOnline();
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(2);
    world.environment.hide();
    world.environment.show();
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(3);
  });

  test('notify subscribers at the margin that the token is no longer usable', async () => {
    const world = createWorld();
    const statuses: string[] = [];
    world.server.script(mintResponse(20));
    await world.tokens.getToken();
    world.tokens.subscribe((state) => statuses.push(state.status));
    await world.clock.advance(17_999);
    expect(statuses).toEqual([]);
    await world.clock.advance(1);
    expect(statuses).toEqual(['idle']);
  });
});

describe('shortly before a token expires', () => {
  test('serves a waiting caller above the margin, and fetches a new token at the margin', async () => {
    const world = createWorld();
    world.server.script(mintResponse(20));
    const token = await world.tokens.getToken();
    await world.clock.advance(17_999);
    expect(await world.tokens.getToken()).toBe(token);
    await world.clock.advance(1);
    world.server.calls[1]!.resolve(mintResponse(20));
    expect(await world.tokens.getToken()).not.toBe(token);
  });

  test('serves a caller that requires exactly the remaining lifetime', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    const token = await world.tokens.getToken();
    await world.clock.advance(90_000);
    expect(await world.tokens.getToken({ minRemainingMs: 10_000 })).toBe(token);
  });

  test('accepts a new token with exactly the required lifetime', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60));
    expect((await world.tokens.getToken({ minRemainingMs: 60_000 })).remainingMs()).toBe(60_000);
  });

  test('ends a fatal failure exactly with its cooldown', async () => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script(new Response('{}', { status: 401 }), mintResponse());
    await expect(world.tokens.getToken()).rejects.toThrow();
    await world.clock.advance(249);
    await expect(world.tokens.getToken()).rejects.toMatchObject({ status: 401 });
    await world.clock.advance(1);
    expect((await world.tokens.getToken()).value).toMatch(/^ek_/);
  });

  test('keeps the single bypass when a forced call meets no cooldown', async () => {
    const world = createWorld({ retry: { limit: 1, baseMs: 30_000 }, minIntervalMs: 0 });
    world.server.script(down(), down());
    await expect(world.tokens.getToken({ force: true })).rejects.toThrow();
    await expect(world.tokens.getToken({ force: true })).rejects.toThrow();
    expect(world.server.calls).toHaveLength(2);
  });
});
