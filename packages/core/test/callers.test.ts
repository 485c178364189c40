import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

describe('a caller’s signal', () => {
  const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  test('has no listener left after the call resolved or rejected', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    const { signal } = new AbortController();
    const served = world.tokens.getToken({ signal });
    expect(listeners(signal)).toBe(1);
    world.server.script(mintResponse());
    await served;
    expect(listeners(signal)).toBe(0);
    world.tokens.reset();
    await world.clock.advance(1_000);
    world.server.script(new Response('', { status: 503 }));
    await expect(world.tokens.getToken({ signal })).rejects.toMatchObject({ status: 503 });
    expect(listeners(signal)).toBe(0);
  });

  test('gets no listener when there is a fresh token', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    await world.tokens.getToken();
    const { signal } = new AbortController();
    void world.tokens.getToken({ signal });
    expect(listeners(signal)).toBe(0);
  });

  test('rejects with its reason as cause when it is aborted, even if there is a token', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    await world.tokens.getToken();
    const reason = new Error('the dialog was closed');
    const rejected = world.tokens.getToken({ signal: AbortSignal.abort(reason) });
    await expect(rejected).rejects.toMatchObject({ code: 'aborted', cause: reason });
  });

  test('is passed on by withToken both times', async () => {
    const world = createWorld();
    const controller = new AbortController();
    const { signal } = controller;
    const first = world.tokens.withToken(() => Promise.resolve({ status: 401 }), { signal });
    expect(listeners(signal)).toBe(1);
    world.server.script(mintResponse());
    await flushPromises(world);
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('minRemainingMs', () => {
  test('accepts a token with exactly that remaining lifetime', async () => {
    const world = createWorld();
    world.server.script(mintResponse(600));
    const token = await world.tokens.getToken();
    expect(await world.tokens.getToken({ minRemainingMs: 600_000 })).toBe(token);
    expect(await world.tokens.getToken({ minRemainingMs: 0 })).toBe(token);
    expect(world.server.calls).toHaveLength(1);
  });

  test.each([-1, Number.NaN])('rejects %s with and without a token', async (minRemainingMs) => {
    const world = createWorld();
    const rejected = { code: 'invalid-options', message: expect.stringContaining('minRemainingMs must be a number from 0') as string }; // prettier-ignore
    await expect(world.tokens.getToken({ minRemainingMs })).rejects.toMatchObject(rejected);
    world.server.script(mintResponse());
    await world.tokens.getToken();
    await expect(world.tokens.getToken({ minRemainingMs })).rejects.toMatchObject(rejected);
  });
});

describe('listeners', () => {
  test('are not called after they unsubscribed', async () => {
    const world = createWorld();
    const received: string[] = [];
    const offState = world.tokens.subscribe(({ status }) => received.push(status));
    const offEvents = world.tokens.on(({ type }) => received.push(type));
    world.server.script(mintResponse());
    await world.tokens.getToken();
    expect(received).toEqual(['mint-started', 'loading', 'mint-succeeded', 'ready']);
    offState();
    offEvents();
    world.tokens.reset();
    expect(received).toHaveLength(4);
  });

  test('can unsubscribe twice without removing the same function added again', async () => {
    const world = createWorld();
    let calls = 0;
    const count = (): void => void (calls += 1);
    const [off] = [world.tokens.subscribe(count), world.tokens.subscribe(count)];
    off();
    off();
    void world.tokens.getToken();
    await flushPromises(world);
    expect(calls).toBe(1);
  });

  test('are not called with a state that an earlier listener has replaced', () => {
    const world = createWorld();
    const received: string[] = [];
    world.tokens.subscribe(({ status }) => status === 'loading' && world.tokens.dispose());
    world.tokens.subscribe(({ status }) => received.push(status));
    world.tokens.prefetch();
    world.tokens.getToken().catch(() => undefined);
    expect(received).toEqual(['disposed']);
  });
});

describe('internals', () => {
  test('keeps the token when withToken succeeds', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    const used: string[] = [];
    const outcome = await world.tokens.withToken((token) => {
      used.push(token.value);
      return Promise.resolve({ status: 200 });
    });
    expect([outcome, used.length, world.server.calls.length]).toEqual([{ status: 200 }, 1, 1]);
    expect(world.tokens.peek()?.value).toBe(used[0]);
  });

  test('ends the cooldown for a caller without a lease when the network is back', async () => {
    const world = createWorld({ retry: { baseMs: 20_000, maxMs: 20_000 } });
    world.server.script(new TypeError('fetch failed'), mintResponse());
    const token = world.tokens.getToken();
    await world.clock.advance(1_000);
    expect(world.environment.listenerCount()).toBe(1);
    world.environment.goOnline();
    expect((await token).value).toMatch(/^ek_/);
    expect(world.environment.listenerCount()).toBe(0);
  });

  test('does nothing after dispose()', async () => {
    const world = createWorld();
    world.tokens.dispose();
    const received: string[] = [];
    world.tokens.on(({ type }) => received.push(type));
    world.tokens.subscribe(({ status }) => received.push(status));
    world.tokens.prefetch();
    world.tokens.invalidate();
    world.tokens.reset();
    world.tokens.setToken(mintResponse());
    world.tokens.keepFresh()();
    world.tokens.dispose();
    await world.clock.advance(60_000);
    expect(received).toEqual([]);
    expect(world.tokens.getState()).toEqual({ status: 'disposed' });
    expect([world.server.calls.length, world.clock.pending(), world.environment.listenerCount()]).toEqual([0, 0, 0]); // prettier-ignore
  });
});
