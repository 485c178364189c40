import { createTokenManager, literal } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, test } from 'vitest';

describe('reading', () => {
  /** Bytes that one read adds to the heap once the engine has optimized it: the median of several runs. */
  function bytesPerRead(read: () => unknown): number {
    const reads = 20_000;
    const measurements = Array.from({ length: 9 }, () => {
      const beforeBytes = process.memoryUsage().heapUsed;
      for (let i = 0; i < reads; i += 1) read();
      return (process.memoryUsage().heapUsed - beforeBytes) / reads;
    });
    return measurements.slice(2).sort((a, b) => a - b)[3]!;
  }

  test('allocates nothing when a state or a fresh token is read', async () => {
    const environment = createManualEnvironment();
    const tokens = createTokenManager({
      fetchToken: literal({ value: 'ek_1', expires_in: 600 }),
      environment,
    });
    await tokens.getToken();
    // The engine optimizes these functions in the background, which takes a moment.
    await expect.poll(() => bytesPerRead(() => tokens.getState())).toBeLessThan(8);
    await expect.poll(() => bytesPerRead(() => tokens.peek())).toBeLessThan(8);
    await expect.poll(() => bytesPerRead(() => tokens.getToken())).toBeLessThan(8);
    // The measurement detects a single small object.
    const seen: unknown[] = [];
    expect(bytesPerRead(() => (seen[0] = { at: environment.clock.nowMs() }))).toBeGreaterThan(8);
  });
});
