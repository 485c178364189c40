import { TokenError } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

describe('getToken', () => {
  test('fetches a token when there is none, and returns the same one while it is fresh', async () => {
    const world = createWorld();
    world.server.script(mintResponse(600));
    const first = await world.tokens.getToken();
    await world.clock.advance(500_000);
    expect(await world.tokens.getToken()).toBe(first);
    expect(first.remainingMs()).toBe(100_000);
    expect(world.server.calls).toHaveLength(1);
  });

  test('shares one mint between concurrent callers', async () => {
    const world = createWorld();
    const waiting = Promise.all(Array.from({ length: 50 }, () => world.tokens.getToken()));
    await flushPromises(world);
    world.server.calls[0]!.resolve(mintResponse());
    expect(new Set(await waiting).size).toBe(1);
    expect(world.server.calls).toHaveLength(1);
  });

  test('shares one mint between concurrent forced callers, and gives them a new token', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    const old = await world.tokens.getToken();
    await world.clock.advance(2_000);
    world.server.script(mintResponse());
    const forced = await Promise.all(Array.from({ length: 5 }, () => world.tokens.getToken({ force: true })));
    expect(new Set(forced).size).toBe(1);
    expect(forced[0]).not.toBe(old);
    expect(world.server.calls.map((call) => call.reason)).toEqual(['initial', 'forced']);
  });

  test('never returns a token past its hard margin, even if no timer fired', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60), mintResponse(60));
    const first = await world.tokens.getToken();
    await world.clock.advance(1_000);
    world.clock.sleep(55_000);
    const second = await world.tokens.getToken();
    expect(second).not.toBe(first);
  });

  test('returns the current token below the lead and refreshes it in the background', async () => {
    const world = createWorld();
    world.server.script(mintResponse(100));
    const first = await world.tokens.getToken();
    await world.clock.advance(85_000);
    world.server.script(mintResponse(100));
    expect(await world.tokens.getToken()).toBe(first);
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(2);
    expect(await world.tokens.getToken()).not.toBe(first);
  });

  test('waits for a new token when the caller requires a longer lifetime', async () => {
    const world = createWorld();
    world.server.script(mintResponse(600), mintResponse(600));
    const first = await world.tokens.getToken();
    await world.clock.advance(300_000);
    const second = await world.tokens.getToken({ minRemainingMs: 400_000 });
    expect(second).not.toBe(first);
    expect(second.remainingMs()).toBe(600_000);
  });

  test('rejects without a loop when new tokens live shorter than required', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60));
    await expect(world.tokens.getToken({ minRemainingMs: 120_000 })).rejects.toMatchObject({
      code: 'lifetime-too-short',
    });
    expect(world.server.calls).toHaveLength(1);
  });

  test('lets one caller stop waiting while others continue', async () => {
    const world = createWorld();
    const controller = new AbortController();
    const aborted = world.tokens.getToken({ signal: controller.signal });
    const waiting = world.tokens.getToken();
    await flushPromises(world);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    expect(world.server.calls[0]!.signal.aborted).toBe(false);
    world.server.calls[0]!.resolve(mintResponse());
    expect((await waiting).value).toMatch(/^ek_/);
  });

  test('aborts the request when the last caller stops waiting', async () => {
    const world = createWorld();
    const controller = new AbortController();
    const aborted = world.tokens.getToken({ signal: controller.signal });
    await flushPromises(world);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    expect(world.server.calls[0]!.signal.aborted).toBe(true);
    expect(world.tokens.getState().status).toBe('idle');
    expect(world.clock.pending()).toBe(0);
  });

  test('rejects immediately when its signal is already aborted', async () => {
    const world = createWorld();
    await expect(world.tokens.getToken({ signal: AbortSignal.abort() })).rejects.toSatisfy(TokenError.is);
    expect(world.server.calls).toHaveLength(0);
  });

  test('can be called in a listener', async () => {
    const world = createWorld();
    const seen: string[] = [];
    world.tokens.subscribe((state) => {
      if (state.status === 'ready') void world.tokens.getToken().then((token) => seen.push(token.value));
    });
    world.server.script({ value: 'ek_inside', expires_in: 600 });
    await world.tokens.getToken();
    await flushPromises(world);
    expect(seen).toEqual(['ek_inside']);
  });

  test('works when a listener throws', async () => {
    const world = createWorld();
    world.tokens.subscribe(() => {
      throw new Error('a bug in a listener');
    });
    world.server.script(mintResponse());
    expect((await world.tokens.getToken()).value).toMatch(/^ek_/);
  });
});

describe('prefetch and peek', () => {
  test('starts one request, whose token a later call returns', async () => {
    const world = createWorld();
    world.server.script(mintResponse());
    world.tokens.prefetch();
    world.tokens.prefetch();
    await flushPromises(world);
    expect(world.tokens.peek()?.value).toMatch(/^ek_/);
    await world.tokens.getToken();
    expect(world.server.calls).toHaveLength(1);
  });

  test('never fetches and never returns a token past its margin', async () => {
    const world = createWorld();
    expect(world.tokens.peek()).toBeUndefined();
    world.server.script(mintResponse(60));
    await world.tokens.getToken();
    world.clock.sleep(56_000);
    expect(world.tokens.peek()).toBeUndefined();
    expect(world.server.calls).toHaveLength(1);
  });

  test('schedules nothing and throws nothing when a prefetch fails', async () => {
    const world = createWorld();
    world.server.script(new TypeError('Failed to fetch'));
    world.tokens.prefetch();
    await world.clock.advance(600_000);
    expect(world.server.calls).toHaveLength(1);
    expect(world.tokens.getState()).toMatchObject({ status: 'failed', error: { code: 'network' } });
  });
});

describe('reuse', () => {
  test('returns a single-use token once', async () => {
    const world = createWorld({ reuse: 'once' });
    world.server.script(mintResponse(), mintResponse());
    const first = await world.tokens.getToken();
    await world.clock.advance(5_000);
    expect(await world.tokens.getToken()).not.toBe(first);
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('gives each waiting caller a different token', async () => {
    const world = createWorld({ reuse: 'once' });
    world.server.script(mintResponse(), mintResponse());
    const both = Promise.all([world.tokens.getToken(), world.tokens.getToken()]);
    await world.clock.advance(5_000);
    expect(new Set((await both).map((token) => token.value)).size).toBe(2);
  });

  test('uses a token of unknown lifetime once, unless a lifetime is assumed', async () => {
    const withoutLifetime = createWorld();
    withoutLifetime.server.script('ek_a', 'ek_b');
    await withoutLifetime.tokens.getToken();
    await withoutLifetime.clock.advance(5_000);
    expect((await withoutLifetime.tokens.getToken()).value).toBe('ek_b');
    const assuming = createWorld({ assumedLifetimeMs: 30_000 });
    assuming.server.script('ek_a', 'ek_b');
    await assuming.tokens.getToken();
    await assuming.clock.advance(5_000);
    expect((await assuming.tokens.getToken()).value).toBe('ek_a');
  });
});
