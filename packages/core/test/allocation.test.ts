import { createTokenManager, literal } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';

describe('reading', () => {
  /** What many reads add to the heap, in bytes for each, once the engine knows them; the median of some tries. */
  function bytesPerRead(read: () => unknown): number {
    const reads = 20_000;
    const tries = Array.from({ length: 9 }, () => {
      const beforeBytes = process.memoryUsage().heapUsed;
      for (let i = 0; i < reads; i += 1) read();
      return (process.memoryUsage().heapUsed - beforeBytes) / reads;
    });
    return tries.slice(2).sort((a, b) => a - b)[3]!;
  }

  test('allocates nothing when a state or a fresh token is read', async () => {
    const environment = createManualEnvironment();
    const tokens = createTokenManager({
      fetchToken: literal({ value: 'ek_1', expires_in: 600 }),
      environment,
    });
    await tokens.getToken();
    // The compiler that makes it so works beside, and takes its time.
    await expect.poll(() => bytesPerRead(() => tokens.getState())).toBeLessThan(8);
    await expect.poll(() => bytesPerRead(() => tokens.peek())).toBeLessThan(8);
    await expect.poll(() => bytesPerRead(() => tokens.getToken())).toBeLessThan(8);
    // The measure itself can tell: one small object is more.
    const seen: unknown[] = [];
    expect(bytesPerRead(() => (seen[0] = { at: environment.clock.nowMs() }))).toBeGreaterThan(8);
  });
});
