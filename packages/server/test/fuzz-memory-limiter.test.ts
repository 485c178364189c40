import { memoryLimiter } from '@realtime-session/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';

const { signal } = new AbortController();

describe('the memory limiter, fuzzed', () => {
  it(
    'S18 allows a burst of max, then one per step, and returns the exact wait',
    async () => {
      const rates = fc.record({
        max: fc.integer({ min: 1, max: 50 }),
        windowMs: fc.integer({ min: 1000, max: 86_400_000 }),
      });
      const pauses = fc.array(fc.double({ min: 0, max: 0.5, noNaN: true }), { minLength: 5, maxLength: 60 });
      const property = fc.asyncProperty(rates, pauses, async (rate, fractions) => {
        let now = 1_700_000_000_000;
        const limiter = memoryLimiter({ rate, nowMs: () => now });
        const stepMs = rate.windowMs / rate.max;
        const allowedAt: number[] = [];
        for (const fraction of fractions) {
          now += Math.floor(fraction * rate.windowMs);
          const result = await limiter.consume('k', { signal });
          if (result.allowed) {
            allowedAt.push(now);
          } else {
            // One millisecond earlier is too early.
            expect(result.retryAfterMs).toBeGreaterThan(0);
            expect(result.retryAfterMs).toBeLessThanOrEqual(Math.ceil(stepMs));
            now += result.retryAfterMs;
            expect((await limiter.consume('k', { signal })).allowed).toBe(true);
            allowedAt.push(now);
          }
        }
        for (const [first, start] of allowedAt.entries()) {
          const since = allowedAt.slice(first);
          since.forEach((at, index) => {
            expect(index + 1).toBeLessThanOrEqual(rate.max + (at - start) / stepMs + 1e-3);
          });
        }
      });
      await fc.assert(property, fuzz(300));
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'S22 never keeps more than maxKeys, and counts each key separately',
    async () => {
      const keys = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
      const property = fc.asyncProperty(keys, fc.integer({ min: 1, max: 5 }), async (sequence, maxKeys) => {
        const limiter = memoryLimiter({ rate: { max: 1, windowMs: 1000 }, maxKeys, nowMs: () => 0 });
        // The model: a list of keys by last use.
        let stored: number[] = [];
        for (const key of sequence) {
          const { allowed } = await limiter.consume(String(key), { signal });
          expect(allowed).toBe(!stored.includes(key));
          stored = [...stored.filter((other) => other !== key), key].slice(-maxKeys);
        }
      });
      await fc.assert(property, fuzz(300));
    },
    FUZZ_TIMEOUT_MS,
  );
});
