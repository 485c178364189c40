import { TokenError } from '@realtime-session/core';
import { createManualClock, createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';
import { mintResponse, createWorld, flushPromises } from './support/world.ts';

/** Returns the rejections that are unhandled after one turn of the event loop. */
async function unhandledDuring(act: () => unknown): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  act();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', onUnhandled);
  return unhandled;
}

function withDate(body: object, dateMs: number): Response {
  return Response.json(body, { headers: { date: new Date(dateMs).toUTCString() } });
}

describe('callers', () => {
  test('may ignore the promise of a call whose signal was already aborted', async () => {
    const { tokens } = createWorld();
    expect(await unhandledDuring(() => tokens.getToken({ signal: AbortSignal.abort() }))).toEqual([]);
  });

  test.each([Number.NaN, -1])(
    'are rejected without a mint when minRemainingMs is %d',
    async (minRemainingMs) => {
      const world = createWorld();
      world.server.script(mintResponse(), mintResponse());
      await expect(world.tokens.getToken({ minRemainingMs })).rejects.toMatchObject({
        code: 'invalid-options',
      });
      await world.clock.advance(10_000);
      expect(world.server.calls).toHaveLength(0);
    },
  );
});

describe('cooldowns', () => {
  test.each([Number.NaN, -1])(
    'start no request storm when a fetcher asks to wait %d ms',
    async (retryAfterMs) => {
      const world = createWorld();
      world.server.script(
        ...Array.from({ length: 50 }, () => new TokenError('http', 'Busy.', { retryAfterMs })),
      );
      world.tokens.keepFresh();
      await world.clock.advance(3_000);
      expect(world.server.calls.length).toBeLessThanOrEqual(4);
    },
  );

  test('end within a day when a fetcher asks to wait forever', async () => {
    const world = createWorld({ maxUnusedRefreshes: 1_000 });
    world.server.script(new TokenError('http', 'Busy.', { retryAfterMs: Infinity }), mintResponse());
    world.tokens.keepFresh();
    await world.clock.advance(86_400_000);
    expect(world.server.calls.length).toBeGreaterThanOrEqual(2);
  });

  test('use the error’s own fatal when isFatal throws', async () => {
    const world = createWorld({
      retry: {
        limit: 2,
        isFatal: () => {
          throw new Error('a bug');
        },
      },
    });
    world.server.script(new TypeError('fetch failed'), mintResponse());
    const unhandled = await unhandledDuring(() => world.tokens.getToken());
    const token = world.tokens.getToken();
    await world.clock.advance(5_000);
    expect((await token).value).toMatch(/^ek_/);
    expect(unhandled).toEqual([]);
  });
});

describe('fetchers that call the manager', () => {
  test('leave nothing behind when an abort listener disposes the manager', async () => {
    const world = createWorld();
    world.tokens.keepFresh();
    await world.clock.advance(2_000);
    world.server.calls[0]!.signal.addEventListener('abort', () => world.tokens.dispose());
    world.tokens.reset('other user');
    await flushPromises(world);
    expect(world.server.calls).toHaveLength(1);
    expect(world.clock.pending()).toBe(0);
  });
});

describe('abort listeners that call the manager', () => {
  test('run after the events of the failed attempt', async () => {
    const reset = (): void => world.tokens.reset();
    const world = createWorld({
      timeoutMs: 1_000,
      fetchToken: ({ signal }) => {
        signal.addEventListener('abort', reset);
        return new Promise(() => undefined);
      },
    });
    void world.tokens.getToken();
    await world.clock.advance(1_000);
    expect(world.events.map(({ type }) => type)).toEqual(['mint-started', 'mint-failed', 'reset']);
  });

  test('are not called when an attempt succeeds', async () => {
    const signals: AbortSignal[] = [];
    const world = createWorld({
      fetchToken: ({ signal }) => {
        signals.push(signal);
        return mintResponse();
      },
    });
    await world.tokens.getToken();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });
});

test('reads no clock and sets no timer at construction', () => {
  const { environment } = createWorld();
  const unused = (): never => {
    throw new Error('The environment was used.');
  };
  const clock = { nowMs: unused, monotonicMs: unused, setTimer: unused };
  const onChange = unused;
  const { tokens } = createWorld({ environment: { ...environment, clock, onChange } });
  expect(tokens.getInitialState()).toEqual({ status: 'idle' });
});

describe('the lifetime of a token', () => {
  test('is rejected when the token arrives with no more than its hard margin', async () => {
    const world = createWorld({ minLifetimeMs: 0, retry: { limit: 1 } });
    const token = world.tokens.getToken();
    await world.clock.advance(9_000);
    world.server.calls[0]!.resolve(mintResponse(10));
    await expect(token).rejects.toMatchObject({ code: 'lifetime-too-short' });
  });

  test('is not extended by a clock that is behind by less than the request’s duration', async () => {
    const serverMs = 1_800_000_008_000;
    const environment = createManualEnvironment(createManualClock(serverMs - 8_000));
    const world = createWorld({ environment });
    const token = world.tokens.getToken();
    await environment.clock.advance(9_000);
    const expires_at = serverMs / 1000 + 60;
    world.server.calls[0]!.resolve(withDate({ value: 'ek_1', expires_at }, serverMs));
    expect((await token).remainingMs()).toBeLessThanOrEqual(51_000);
  });
});

describe('the state', () => {
  test('notifies subscribers of an expiry even if it was read before', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60));
    await world.tokens.getToken();
    const statuses: string[] = [];
    world.tokens.subscribe((state) => statuses.push(state.status));
    world.clock.jump(60_000);
    expect(world.tokens.getState().status).toBe('idle');
    await world.clock.advance(30_000);
    expect(statuses).toEqual(['idle']);
  });

  test('is ready again when a wrong wall clock is corrected', async () => {
    const world = createWorld();
    world.server.script(mintResponse(60));
    await world.tokens.getToken();
    world.clock.jump(3_600_000);
    expect(world.tokens.getState().status).toBe('idle');
    world.clock.jump(-3_600_000);
    expect(world.tokens.peek()).toBeDefined();
    expect(world.tokens.getState().status).toBe('ready');
  });
});

test.each([Infinity, 2 ** 31])(
  'rejects a timeout of %d ms, which exceeds the limit of timers',
  (timeoutMs) => {
    expect(() => createWorld({ timeoutMs })).toThrow(expect.objectContaining({ code: 'invalid-options' }));
  },
);

test('rejects a token that expired before its request, even with minLifetimeMs 0', async () => {
  const world = createWorld({ minLifetimeMs: 0, retry: { limit: 1 } });
  world.server.script(mintResponse(600));
  const current = await world.tokens.getToken();
  world.server.script({ value: 'ek_expired', expires_at: world.clock.nowMs() / 1000 - 60 });
  await world.clock.advance(1_000);
  const forced = world.tokens.getToken({ force: true });
  await expect(forced).rejects.toMatchObject({ code: 'expired-on-arrival' });
  expect(world.tokens.peek()).toBe(current);
});
