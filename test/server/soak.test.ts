import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compileWorker } from './support/compile.ts';
import { load } from './support/load.ts';
import { startSoakProcess } from './support/soak-process.ts';
import type { Measurement, SoakProcess } from './support/soak-process.ts';
import { json, minted, startUpstream } from './support/upstream.ts';
import type { Upstream } from './support/upstream.ts';

const ROUNDS = 10;
const PER_ROUND = 5_000;
/** Warm-up rounds, in which the engine still compiles and pools still fill. */
const WARM_UP = 2;
const MEGABYTE = 1_048_576;

/**
 * Growth in bytes per request after the warm-up: the median slope between any two rounds (Theil–Sen estimator). A leak grows between
 * all rounds; compilation in one round or a delay on a busy machine does not.
 */
function slope(values: readonly number[]): number {
  const warm = values.slice(WARM_UP);
  const slopes = warm
    .flatMap((from, start) => warm.slice(start + 1).map((to, later) => (to - from) / (later + 1) / PER_ROUND))
    .sort((one, other) => one - other);
  const middle = (slopes.length - 1) / 2;
  return ((slopes[Math.floor(middle)] ?? 0) + (slopes[Math.ceil(middle)] ?? 0)) / 2;
}

describe('50,000 requests, a fifth of them aborted', () => {
  let upstream: Upstream;
  let subject: SoakProcess;
  const rounds: Measurement[] = [];
  const clients = {
    answered: 0,
    aborted: 0,
    unexpected: new Set<number>(),
    unanswered: [] as (number | string)[],
  };

  beforeAll(async () => {
    upstream = await startUpstream();
    // Usually immediately; sometimes so late that a client can disconnect while the upstream is busy.
    upstream.reply = (response, message) => {
      const respond = (): void => json(200, minted())(response, message);
      if (upstream.calls() % 20 === 0) setTimeout(respond, 15);
      else respond();
    };
    subject = await startSoakProcess(await compileWorker('soak-process'), upstream.origin);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { answered, aborted, unexpected, unanswered } = await load(subject.origin, PER_ROUND, 32);
      clients.answered += answered;
      clients.aborted += aborted;
      for (const status of unexpected) clients.unexpected.add(status);
      clients.unanswered.push(...unanswered);
      rounds.push(await subject.measure());
    }
    await subject.close();
    await upstream.close();
  }, 1_200_000);
  afterAll(() => subject.stop());

  it('responds to every client that does not disconnect', () => {
    const { length, 0: first } = clients.unanswered;
    expect({ length, first }).toEqual({ length: 0, first: undefined });
    expect(clients.answered).toBeGreaterThanOrEqual(ROUNDS * PER_ROUND * 0.8);
    expect(clients.aborted).toBeGreaterThan(ROUNDS * PER_ROUND * 0.15);
    expect([...clients.unexpected]).toEqual([]);
  });

  it('S40 emits one event per request, including aborted ones', async () => {
    const { requests, events, minted: made, aborted, failed } = await subject.measure();
    expect(events).toBe(requests);
    expect(made).toBeGreaterThanOrEqual(clients.answered);
    expect(aborted).toBeGreaterThan(1000);
    expect(failed).toBe(0);
  });

  it('leaves no unhandled rejection and causes no warning', async () => {
    expect((await subject.measure()).problems).toEqual([]);
  });

  it('leaks no memory, on or off the heap', () => {
    const heaps = rounds.map(({ heapUsed }) => heapUsed);
    const offHeap = rounds.map(({ external }) => external);
    const resident = rounds.map(({ rss }) => rss);
    const seen = JSON.stringify({ heaps, offHeap, resident });
    // The smallest possible leak, one promise or listener per request, is larger than this.
    expect(slope(heaps), seen).toBeLessThan(40);
    expect(slope(offHeap), seen).toBeLessThan(40);
    expect(Math.max(...heaps), seen).toBeLessThan(100 * MEGABYTE);
    // The allocator retains a varying amount of memory, so this detects only large leaks.
    expect(Math.max(...resident) - (resident[WARM_UP] ?? 0), seen).toBeLessThan(128 * MEGABYTE);
  });

  it('leaks no listeners', () => {
    const counts = rounds.map(({ listeners }) => listeners);
    expect(new Set(counts), JSON.stringify(counts)).toEqual(new Set([counts[0]]));
  });

  it('leaks no sockets and no timers', async () => {
    await vi.waitFor(
      async () => {
        const { sockets, timers } = await subject.measure();
        expect(sockets).toBe(0);
        // Node's own servers and clients keep one or two timers.
        expect(timers).toBeLessThan(4);
      },
      { timeout: 20_000, interval: 250 },
    );
  });
});
