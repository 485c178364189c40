import { memoryLimiter, type MemoryLimiterOptions } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';

const signal = new AbortController().signal;

describe('memoryLimiter', () => {
  it('S22 keeps at most maxKeys and replaces the least recently used key', async () => {
    const limiter = memoryLimiter({ rate: { max: 1, windowMs: 60_000 }, maxKeys: 2, nowMs: () => 0 });
    const allowed = async (key: string) => (await limiter.consume(key, { signal })).allowed;
    expect([await allowed('a'), await allowed('b'), await allowed('c')]).toEqual([true, true, true]);
    expect([await allowed('c'), await allowed('b')]).toEqual([false, false]);
    expect(await allowed('a')).toBe(true);
  });

  it('counts down and refills steadily', async () => {
    let now = 0;
    const limiter = memoryLimiter({ rate: { max: 3, windowMs: 3000 }, nowMs: () => now });
    const take = () => limiter.consume('k', { signal });
    expect(await take()).toEqual({ allowed: true, limit: 3, remaining: 2, retryAfterMs: 0, windowMs: 3000 });
    await take();
    expect((await take()).remaining).toBe(0);
    expect(await take()).toMatchObject({ allowed: false, retryAfterMs: 1000 });
    now = 1000;
    expect((await take()).allowed).toBe(true);
    expect((await take()).allowed).toBe(false);
    now = 10_000;
    expect((await take()).remaining).toBe(2);
  });

  it('never returns a wait longer than a window when the clock is set back', async () => {
    let now = 10_000_000;
    const limiter = memoryLimiter({ rate: { max: 1, windowMs: 1000 }, nowMs: () => now });
    const take = async () => (await limiter.consume('k', { signal })).allowed;
    expect(await take()).toBe(true);
    now = 0;
    expect(await take()).toBe(false);
    now = 1000;
    expect(await take()).toBe(true);
  });

  it.each([7, 11, 13, 60, 999])('allows exactly a burst of %i', async (max) => {
    const limiter = memoryLimiter({ rate: { max, windowMs: 1000 }, nowMs: () => 1_700_000_000_123 });
    const results = await Promise.all(
      Array.from({ length: max + 1 }, async () => limiter.consume('k', { signal })),
    );
    expect(results.filter((result) => result.allowed)).toHaveLength(max);
  });
});

describe('the options of memoryLimiter()', () => {
  it.each([
    [{}, 'rate must be a rate such as'],
    [{ rate: 30 }, 'rate must be a rate such as'],
    [{ rate: { max: '30', windowMs: 60_000 } }, 'rate.max must be a whole number'],
    [{ rate: { max: 0, windowMs: 60_000 } }, 'rate.max must be a whole number'],
    [{ rate: { max: 30, windowMs: 60 } }, 'rate.windowMs must be a whole number'],
    [{ rate: { max: 30, windowMs: 60_000 }, maxKeys: Number.NaN }, 'maxKeys must be a whole number'],
  ])('are refused with the name of the mistake: %j', (options, message) => {
    expect(() => memoryLimiter(options as MemoryLimiterOptions)).toThrow(message); // as in plain JavaScript
  });
});
