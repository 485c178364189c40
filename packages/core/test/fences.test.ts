import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

describe('reset', () => {
  test('discards a late response after reset', async () => {
    const world = createWorld({ params: { user: 'ann' } });
    const firstUser = world.tokens.getToken();
    await flushPromises(world);
    world.tokens.reset({ user: 'bob' });
    await expect(firstUser).rejects.toMatchObject({ code: 'superseded' });
    expect(world.server.calls[0]!.signal.aborted).toBe(true);
    world.server.calls[0]!.resolve({ value: 'ek_ann', expires_in: 600 });
    world.server.script({ value: 'ek_bob', expires_in: 600 });
    await world.clock.advance(1_000);
    const secondUser = world.tokens.getToken();
    await world.clock.advance(1_000);
    expect((await secondUser).value).toBe('ek_bob');
    expect(world.server.calls.at(-1)!.params).toEqual({ user: 'bob' });
  });

  test('forgets the token, and fetches a new one while there is a lease', async () => {
    const world = createWorld();
    world.server.script(mintResponse(), mintResponse());
    world.tokens.keepFresh();
    await flushPromises(world);
    const old = world.tokens.peek();
    world.tokens.reset();
    expect(world.tokens.peek()).toBeUndefined();
    await world.clock.advance(1_000);
    expect(world.tokens.peek()).toBeDefined();
    expect(world.tokens.peek()).not.toBe(old);
  });
});

describe('invalidate', () => {
  test('is compare-and-swap: twenty late rejections cost one mint', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    const rejected = await world.tokens.getToken();
    await world.clock.advance(2_000);
    world.server.script(mintResponse());
    for (let rejection = 0; rejection < 20; rejection += 1) {
      world.tokens.invalidate(rejected);
      await world.tokens.getToken();
    }
    expect(world.server.calls).toHaveLength(2);
    expect(world.server.calls[1]!.reason).toBe('invalidated');
  });

  test('does not accept a rejected token again', async () => {
    const world = createWorld({ retry: { limit: 1 } });
    const same = { value: 'ek_same', expires_in: 600 };
    world.server.script(same, same);
    world.tokens.invalidate(await world.tokens.getToken());
    const again = world.tokens.getToken();
    await world.clock.advance(2_000);
    await expect(again).rejects.toMatchObject({ code: 'no-progress' });
  });
});

describe('setToken', () => {
  test('resolves pending callers, and a late response does not replace the token', async () => {
    const world = createWorld();
    const pending = world.tokens.getToken();
    await flushPromises(world);
    world.tokens.setToken({ value: 'ek_set', expires_in: 600 });
    expect((await pending).value).toBe('ek_set');
    world.server.calls[0]!.resolve({ value: 'ek_late', expires_in: 9_000 });
    await flushPromises(world);
    expect(world.tokens.peek()?.value).toBe('ek_set');
  });

  test('rejects an unusable token and keeps the current one', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    const current = await world.tokens.getToken();
    expect(() => world.tokens.setToken({ nothing: true })).toThrow(/usable token/);
    expect(() => world.tokens.setToken({ value: 'ek_old', expires_at: 1_000 })).toThrow(/expired/);
    expect(world.tokens.peek()).toBe(current);
  });
});

describe('withToken', () => {
  test('tries once more with a new token when the API rejected the first', async () => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script({ value: 'ek_1', expires_in: 600 }, { value: 'ek_2', expires_in: 600 });
    const used: string[] = [];
    const result = await world.tokens.withToken((token) => {
      used.push(token.value);
      return Promise.resolve({ status: used.length === 1 ? 401 : 200 });
    });
    expect(result).toEqual({ status: 200 });
    expect(used).toEqual(['ek_1', 'ek_2']);
  });

  test.each([
    [{ status: 401 }],
    [{ code: 'invalid_api_key' }],
    [{ error: { code: 'invalid_api_key' } }],
    [{ code: 3000 }],
  ])('treats the error %o as a rejection once, and rethrows it the second time', async (rejection) => {
    const world = createWorld({ minIntervalMs: 0 });
    world.server.script(mintResponse(), mintResponse());
    await expect(world.tokens.withToken(() => Promise.reject(rejection as unknown as Error))).rejects.toEqual(
      rejection,
    );
    expect(world.server.calls).toHaveLength(2);
  });

  test('rethrows any other error and keeps the token', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    await expect(world.tokens.withToken(() => Promise.reject(new Error('mic')))).rejects.toThrow('mic');
    expect(world.server.calls).toHaveLength(1);
    expect(world.tokens.peek()).toBeDefined();
  });

  test('toApiKey returns the value of a fresh token with every call', async () => {
    const world = createWorld();
    world.server.script({ value: 'ek_key', expires_in: 600 });
    expect(await world.tokens.toApiKey()()).toBe('ek_key');
  });
});

describe('dispose', () => {
  test('leaves no timer, listener or request, and rejects pending callers', async () => {
    const world = createWorld();
    world.tokens.keepFresh();
    const pending = world.tokens.getToken();
    await flushPromises(world);
    world.tokens.dispose();
    world.tokens.dispose();
    await expect(pending).rejects.toMatchObject({ code: 'disposed' });
    expect(world.server.calls[0]!.signal.aborted).toBe(true);
    expect(world.clock.pending()).toBe(0);
    expect(world.environment.listenerCount()).toBe(0);
    expect(world.tokens.getState()).toEqual({ status: 'disposed' });
    await expect(world.tokens.getToken()).rejects.toMatchObject({ code: 'disposed' });
    world.tokens.prefetch();
    world.tokens.setToken({ value: 'ek_x', expires_in: 60 });
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('works with using', () => {
    const world = createWorld();
    {
      using tokens = world.tokens;
      expect(tokens.getState().status).toBe('idle');
    }
    expect(world.tokens.getState().status).toBe('disposed');
  });
});

describe('state', () => {
  test('keeps its reference until something changes', async () => {
    const world = createWorld();
    world.server.script(mintResponse(600));
    world.tokens.keepFresh();
    await flushPromises(world);
    const state = world.tokens.getState();
    await world.clock.advance(200_000);
    expect(world.tokens.getState()).toBe(state);
  });

  test('is correct when it is read, even if no timer fired', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60));
    await world.tokens.getToken();
    world.clock.sleep(60_000);
    expect(world.tokens.getState().status).toBe('idle');
  });

  test('passes the new and the previous state to subscribers', async () => {
    const world = createWorld();
    const seen: string[] = [];
    world.tokens.subscribe((state, previous) => seen.push(`${previous.status}>${state.status}`));
    world.server.script(mintResponse());
    await world.tokens.getToken();
    expect(seen).toEqual(['idle>loading', 'loading>ready']);
  });
});

describe('secrets', () => {
  test('a token is never printed, but its value is readable', async () => {
    const world = createWorld();
    world.server.script({ value: 'ek_topsecret', expires_in: 600, session: { id: 'sess_1' } });
    const token = await world.tokens.getToken();
    const printed = [
      `a ${token.toString()}`,
      JSON.stringify(token),
      JSON.stringify({ token }),
      inspect(token),
      inspect({ a: { token } }, { depth: 9, showHidden: true }),
    ];
    for (const text of printed) expect(text).not.toContain('topsecret');
    expect(JSON.stringify([world.tokens.getState(), world.events])).not.toContain('topsecret');
    expect(token.value).toBe('ek_topsecret');
    expect(token.session).toEqual({ id: 'sess_1' });
  });
});
