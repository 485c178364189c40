import { fromRateLimiterFlexible } from '@realtime-session/server/rate-limiter-flexible';
import type { FlexibleLimiter } from '@realtime-session/server/rate-limiter-flexible';
import { fromUpstash } from '@realtime-session/server/upstash';
import type { UpstashResult } from '@realtime-session/server/upstash';
import { describe, expect, it } from 'vitest';
import { post, read, useHarness } from './support/harness.ts';

const { signal } = new AbortController();

function flexible(points: number, consume: FlexibleLimiter['consume']): FlexibleLimiter {
  return { points, consume };
}

const free = flexible(9, () => Promise.resolve({ remainingPoints: 8, msBeforeNext: 60_000 }));

/** The library rejects with a plain object when a bucket is full, and store clients reject with arbitrary values. */
function rejecting(reason: unknown): FlexibleLimiter {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  return flexible(5, () => Promise.reject(reason));
}

const full = rejecting({ remainingPoints: 0, msBeforeNext: 1234 });

function upstash(result: Partial<UpstashResult>): { limit: () => Promise<UpstashResult> } {
  return {
    limit: () => Promise.resolve({ success: true, limit: 5, remaining: 4, reset: 1000, ...result }),
  };
}

describe('fromRateLimiterFlexible', () => {
  const harness = useHarness();

  it('counts users and addresses in separate limiters under the full key', async () => {
    const seen: string[] = [];
    const recordingLimiter = (name: string) =>
      flexible(1, (key) => {
        seen.push(`${name} ${key}`);
        return Promise.resolve({ remainingPoints: 0, msBeforeNext: 1 });
      });
    const limiter = fromRateLimiterFlexible({
      perPrincipal: recordingLimiter('user'),
      perAddress: recordingLimiter('address'),
    });
    await harness.create({ limiter })(post(), { address: '192.0.2.7' });
    expect(seen).toEqual([
      'address address:192.0.2.7',
      expect.stringMatching(/^user principal:[\da-f]{64}$/),
    ]);
  });

  it('returns the remaining mints', async () => {
    const limiter = fromRateLimiterFlexible({ perPrincipal: full, perAddress: free });
    expect(await limiter.consume('address:a', { signal })).toEqual({
      allowed: true,
      limit: 9,
      remaining: 8,
      retryAfterMs: 0,
    });
  });

  it('S18 responds 429 with the time until the window ends when the bucket is full', async () => {
    const limiter = fromRateLimiterFlexible({ perPrincipal: full, perAddress: free });
    expect(await limiter.consume('principal:u', { signal })).toEqual({
      allowed: false,
      limit: 5,
      remaining: 0,
      retryAfterMs: 1234,
    });
    const response = await harness.create({ limiter })(post());
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
  });

  it.each([
    [60, 60_000],
    [0, undefined],
    [undefined, undefined],
  ])('returns the window of a limiter whose duration is %j', async (duration, expected) => {
    const limiter = { ...free, ...(duration === undefined ? {} : { duration }) };
    const both = fromRateLimiterFlexible({ perPrincipal: limiter, perAddress: limiter });
    const { windowMs } = await both.consume('principal:u', { signal });
    expect(windowMs).toBe(expected);
  });

  it.each([
    ['an Error', new Error('ECONNREFUSED')],
    ['an Error that looks like a result', Object.assign(new Error('down'), { msBeforeNext: 1 })],
    ['a string', 'down'],
    ['nothing', null],
    ['an object without a time', {}],
    ['an object with an invalid time', { msBeforeNext: 'soon' }],
  ])('S21 responds 503 when the store rejects with %s', async (_what, thrown) => {
    const limiter = fromRateLimiterFlexible({ perPrincipal: free, perAddress: rejecting(thrown) });
    await expect(limiter.consume('address:a', { signal })).rejects.toBe(thrown);
    const response = await harness.create({ limiter })(post());
    expect([response.status, (await read(response)).code]).toEqual([503, 'limiter_unavailable']);
    expect(harness.upstream.requests).toEqual([]);
  });
});

describe('fromUpstash', () => {
  const harness = useHarness();

  it('counts users and addresses in separate limiters', async () => {
    const limiter = fromUpstash({
      perPrincipal: upstash({ limit: 1 }),
      perAddress: upstash({ limit: 2, remaining: 1 }),
    });
    expect(await limiter.consume('address:a', { signal })).toEqual({
      allowed: true,
      limit: 2,
      remaining: 1,
      retryAfterMs: 0,
    });
    expect((await limiter.consume('principal:u', { signal })).limit).toBe(1);
  });

  it.each([
    [6000, 5000],
    [500, 0],
  ])('returns the wait for a window that ends at %i', async (reset, retryAfterMs) => {
    const exhausted = upstash({ success: false, remaining: 0, reset });
    const limiter = fromUpstash({ perPrincipal: exhausted, perAddress: exhausted, nowMs: () => 1000 });
    expect(await limiter.consume('principal:u', { signal })).toEqual({
      allowed: false,
      limit: 5,
      remaining: 0,
      retryAfterMs,
    });
  });

  it('S21 responds 503 when the library allows a request because its store is slow', async () => {
    const slow = upstash({ reason: 'timeout' });
    const response = await harness.create({ limiter: fromUpstash({ perPrincipal: slow, perAddress: slow }) })(
      post(),
    );
    expect([response.status, (await read(response)).code]).toEqual([503, 'limiter_unavailable']);
    expect(harness.upstream.requests).toEqual([]);
  });

  it('uses the system clock by default', async () => {
    const exhausted = upstash({ success: false, reset: Date.now() + 60_000 });
    const limiter = fromUpstash({ perPrincipal: exhausted, perAddress: exhausted });
    const { retryAfterMs } = await limiter.consume('principal:u', { signal });
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('leaves no unhandled rejection when the pending work fails', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const failing = upstash({ pending: Promise.reject(new Error('statistics')) });
    expect(
      await fromUpstash({ perPrincipal: failing, perAddress: failing }).consume('principal:u', { signal }),
    ).toHaveProperty('allowed', true);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});
