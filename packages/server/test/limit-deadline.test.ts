import { stat } from 'node:fs';
import type { LimitResult } from '@realtime-session/server';
import { describe, expect, it } from 'vitest';
import { post, useHarness } from './support/harness.ts';

const result: LimitResult = { allowed: true, limit: 9, remaining: 8, retryAfterMs: 0 };

/** Blocks this thread, as a long garbage collection or a burst of other work does. */
function blockThread(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}

describe('the time limit of a limiter', () => {
  const harness = useHarness();

  it('S21 accepts a result that arrived in time while the thread was busy', async () => {
    const consume = (): Promise<LimitResult> =>
      new Promise((resolve) => {
        // The operating system responds immediately, but the result is read only after the time limit.
        stat('.', () => resolve(result));
        setImmediate(() => blockThread(300));
      });
    const response = await harness.create({ limiter: { consume } })(post());
    expect(response.status).toBe(200);
  });

  it('S21 stops waiting for a slow limiter when the client disconnects', async () => {
    const client = new AbortController();
    const aborts: string[] = [];
    const consume = (_key: string, { signal }: { signal: AbortSignal }): Promise<LimitResult> =>
      new Promise(() => {
        signal.addEventListener('abort', () => aborts.push('aborted'));
        client.abort();
      });
    const request = new Request(post(), { signal: client.signal });
    expect((await harness.create({ limiter: { consume } })(request)).status).toBe(499);
    expect(aborts).toEqual(['aborted']);
  });

  it("S21 aborts the limiter's signal when the result is no longer needed", async () => {
    const aborts: string[] = [];
    const consume = (_key: string, { signal }: { signal: AbortSignal }): Promise<LimitResult> =>
      new Promise(() => signal.addEventListener('abort', () => aborts.push('aborted')));
    expect((await harness.create({ limiter: { consume } })(post())).status).toBe(503);
    expect(aborts).toEqual(['aborted']);
  });
});
