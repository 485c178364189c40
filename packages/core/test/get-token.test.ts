import { TokenError } from '@realtime-session/core';
import { describe, expect, test } from 'vitest';
import { answer, createWorld, settled } from './support/world.ts';

describe('getToken', () => {
  test('fetches a token when there is none, and hands the same one out while it is fresh', async () => {
    const world = createWorld();
    world.server.script(answer(600));
    const first = await world.tokens.getToken();
    await world.clock.advance(500_000);
    expect(await world.tokens.getToken()).toBe(first);
    expect(first.remainingMs()).toBe(100_000);
    expect(world.server.calls).toHaveLength(1);
  });

  test('shares one mint between concurrent callers', async () => {
    const world = createWorld();
    const waiting = Promise.all(Array.from({ length: 50 }, () => world.tokens.getToken()));
    await settled(world);
    world.server.calls[0]!.resolve(answer());
    expect(new Set(await waiting).size).toBe(1);
    expect(world.server.calls).toHaveLength(1);
  });

  test('shares one mint between concurrent forced callers, and gives them a new token', async () => {
    const world = createWorld();
    world.server.script(answer());
    const old = await world.tokens.getToken();
    await world.clock.advance(2_000);
    world.server.script(answer());
    const forced = await Promise.all(Array.from({ length: 5 }, () => world.tokens.getToken({ force: true })));
    expect(new Set(forced).size).toBe(1);
    expect(forced[0]).not.toBe(old);
    expect(world.server.calls.map((call) => call.reason)).toEqual(['initial', 'forced']);
  });

  test('never hands out a token past its hard margin, even when no timer ran', async () => {
    const world = createWorld();
    world.server.script(answer(60), answer(60));
    const first = await world.tokens.getToken();
    await world.clock.advance(1_000);
    world.clock.sleep(55_000);
    const second = await world.tokens.getToken();
    expect(second).not.toBe(first);
  });

  test('hands out the current token below the lead and refreshes it in the background', async () => {
    const world = createWorld();
    world.server.script(answer(100));
    const first = await world.tokens.getToken();
    await world.clock.advance(85_000);
    world.server.script(answer(100));
    expect(await world.tokens.getToken()).toBe(first);
    await settled(world);
    expect(world.server.calls).toHaveLength(2);
    expect(await world.tokens.getToken()).not.toBe(first);
  });

  test('waits for a new token when the caller needs more life than is left', async () => {
    const world = createWorld();
    world.server.script(answer(600), answer(600));
    const first = await world.tokens.getToken();
    await world.clock.advance(300_000);
    const second = await world.tokens.getToken({ minRemainingMs: 400_000 });
    expect(second).not.toBe(first);
    expect(second.remainingMs()).toBe(600_000);
  });

  test('rejects a wish for more life than new tokens have, without asking again and again', async () => {
    const world = createWorld();
    world.server.script(answer(60));
    await expect(world.tokens.getToken({ minRemainingMs: 120_000 })).rejects.toMatchObject({
      code: 'lifetime-too-short',
    });
    expect(world.server.calls).toHaveLength(1);
  });

  test('lets one caller leave while the others wait on', async () => {
    const world = createWorld();
    const leaver = new AbortController();
    const left = world.tokens.getToken({ signal: leaver.signal });
    const stays = world.tokens.getToken();
    await settled(world);
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    expect(world.server.calls[0]!.signal.aborted).toBe(false);
    world.server.calls[0]!.resolve(answer());
    expect((await stays).value).toMatch(/^ek_/);
  });

  test('aborts the network call when the last caller leaves', async () => {
    const world = createWorld();
    const leaver = new AbortController();
    const left = world.tokens.getToken({ signal: leaver.signal });
    await settled(world);
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    expect(world.server.calls[0]!.signal.aborted).toBe(true);
    expect(world.tokens.getState().status).toBe('idle');
    expect(world.clock.pending()).toBe(0);
  });

  test('refuses at once when its signal is already aborted', async () => {
    const world = createWorld();
    await expect(world.tokens.getToken({ signal: AbortSignal.abort() })).rejects.toSatisfy(TokenError.is);
    expect(world.server.calls).toHaveLength(0);
  });

  test('can be called from inside a listener', async () => {
    const world = createWorld();
    const seen: string[] = [];
    world.tokens.subscribe((state) => {
      if (state.status === 'ready') void world.tokens.getToken().then((token) => seen.push(token.value));
    });
    world.server.script({ value: 'ek_inside', expires_in: 600 });
    await world.tokens.getToken();
    await settled(world);
    expect(seen).toEqual(['ek_inside']);
  });

  test('survives a listener that throws', async () => {
    const world = createWorld();
    world.tokens.subscribe(() => {
      throw new Error('mine');
    });
    world.server.script(answer());
    expect((await world.tokens.getToken()).value).toMatch(/^ek_/);
  });
});

describe('prefetch and peek', () => {
  test('prefetch starts one call, and the click that follows finds the token', async () => {
    const world = createWorld();
    world.server.script(answer());
    world.tokens.prefetch();
    world.tokens.prefetch();
    await settled(world);
    expect(world.tokens.peek()?.value).toMatch(/^ek_/);
    await world.tokens.getToken();
    expect(world.server.calls).toHaveLength(1);
  });

  test('peek never fetches and never shows a token past its margin', async () => {
    const world = createWorld();
    expect(world.tokens.peek()).toBeUndefined();
    world.server.script(answer(60));
    await world.tokens.getToken();
    world.clock.sleep(56_000);
    expect(world.tokens.peek()).toBeUndefined();
    expect(world.server.calls).toHaveLength(1);
  });

  test('a failed prefetch schedules nothing and throws nowhere', async () => {
    const world = createWorld();
    world.server.script(new TypeError('Failed to fetch'));
    world.tokens.prefetch();
    await world.clock.advance(600_000);
    expect(world.server.calls).toHaveLength(1);
    expect(world.tokens.getState()).toMatchObject({ status: 'failed', error: { code: 'network' } });
  });
});

describe('reuse', () => {
  test('a token that burns on use is handed out once', async () => {
    const world = createWorld({ reuse: 'once' });
    world.server.script(answer(), answer());
    const first = await world.tokens.getToken();
    await world.clock.advance(5_000);
    expect(await world.tokens.getToken()).not.toBe(first);
    expect(world.tokens.peek()).toBeUndefined();
  });

  test('callers that wait together each get a token of their own', async () => {
    const world = createWorld({ reuse: 'once' });
    world.server.script(answer(), answer());
    const both = Promise.all([world.tokens.getToken(), world.tokens.getToken()]);
    await world.clock.advance(5_000);
    expect(new Set((await both).map((token) => token.value)).size).toBe(2);
  });

  test('a token of unknown life is used once, unless a lifetime is assumed', async () => {
    const cautious = createWorld();
    cautious.server.script('ek_a', 'ek_b');
    await cautious.tokens.getToken();
    await cautious.clock.advance(5_000);
    expect((await cautious.tokens.getToken()).value).toBe('ek_b');
    const assuming = createWorld({ assumedLifetimeMs: 30_000 });
    assuming.server.script('ek_a', 'ek_b');
    await assuming.tokens.getToken();
    await assuming.clock.advance(5_000);
    expect((await assuming.tokens.getToken()).value).toBe('ek_a');
  });
});
