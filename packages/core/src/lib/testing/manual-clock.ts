import type { Clock } from '../environment.ts';

/** A clock that stands still until a test moves it. Wall time and monotonic time can be moved apart. */
export interface ManualClock extends Clock {
  /**
   * Advances both clocks. Timers fire in order, each at its own time, and the promises they settle are processed before the
   * next timer.
   *
   * @param ms - Milliseconds, 0 or more.
   */
  advance(ms: number): Promise<void>;
  /**
   * Simulates a sleeping machine: the wall clock advances, the monotonic clock stands still, and no timer fires.
   *
   * @param ms - Milliseconds, 0 or more.
   */
  sleep(ms: number): void;
  /**
   * Sets the wall clock. Timers are not affected.
   *
   * @param ms - Milliseconds forward, or backward when negative.
   */
  jump(ms: number): void;
  /**
   * Throttles timers, as browsers do in hidden tabs.
   *
   * @param everyMs - Interval at which due timers fire, in milliseconds; 0 ends throttling.
   */
  throttle(everyMs: number): void;
  /** Returns the number of pending timers. */
  pending(): number;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Rounds of the microtask queue after each timer: enough for a fetcher, its parser and the caller. */
const MICROTASK_ROUNDS = 50;

async function flushMicrotasks(): Promise<void> {
  for (let round = 0; round < MICROTASK_ROUNDS; round += 1) await Promise.resolve();
}

/**
 * Creates a clock for tests.
 *
 * @param startMs - The initial time of the wall clock, in milliseconds since 1970. Default 1 800 000 000 000.
 *
 * @example
 * ```ts
 * const clock = createManualClock();
 * await clock.advance(60_000);
 * ```
 */
export function createManualClock(startMs = 1_800_000_000_000): ManualClock {
  const timers = new Set<Timer>();
  let wallOffsetMs = startMs;
  let monotonicMs = 0;
  let order = 0;
  let throttleMs = 0;

  const firesAtMs = (timer: Timer): number =>
    throttleMs === 0 ? timer.dueMs : Math.ceil(timer.dueMs / throttleMs) * throttleMs;

  function findNextDue(limitMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (firesAtMs(timer) > limitMs) continue;
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order))
        next = timer;
    }
    return next;
  }

  return {
    nowMs: () => wallOffsetMs + monotonicMs,
    monotonicMs: () => monotonicMs,
    timeOriginMs: () => startMs,
    setTimer(run, delayMs) {
      order += 1;
      const timer: Timer = { dueMs: monotonicMs + Math.max(0, delayMs), order, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const untilMs = monotonicMs + ms;
      await flushMicrotasks();
      for (let timer = findNextDue(untilMs); timer; timer = findNextDue(untilMs)) {
        timers.delete(timer);
        monotonicMs = Math.max(monotonicMs, firesAtMs(timer));
        timer.run();
        await flushMicrotasks();
      }
      monotonicMs = untilMs;
    },
    sleep(ms) {
      wallOffsetMs += ms;
    },
    jump(ms) {
      wallOffsetMs += ms;
    },
    throttle(everyMs) {
      throttleMs = everyMs;
    },
    pending: () => timers.size,
  };
}
