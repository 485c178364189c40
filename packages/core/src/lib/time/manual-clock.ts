import type { Clock } from './clock.ts';

/** A clock that stands still until a test moves it. Wall and monotonic time move apart when asked to. */
export interface ManualClock extends Clock {
  /**
   * Lets time pass on both clocks. Timers fire in order, each at its own moment, and the promises they settle are run
   * before the next one.
   *
   * @param ms - Milliseconds, 0 or more.
   */
  advance(ms: number): Promise<void>;
  /**
   * The machine sleeps: the wall clock goes on, the monotonic one stands still, and no timer runs.
   *
   * @param ms - Milliseconds, 0 or more.
   */
  sleep(ms: number): void;
  /**
   * Somebody sets the wall clock. Timers do not notice.
   *
   * @param ms - Milliseconds forward, or backward when negative.
   */
  jump(ms: number): void;
  /**
   * Lets timers fire only once in a while, as browsers do in hidden tabs.
   *
   * @param everyMs - Milliseconds between the moments at which due timers run; 0 for on time again.
   */
  throttle(everyMs: number): void;
  /** How many timers are waiting. */
  pending(): number;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Rounds of the microtask queue run after each timer: enough for a fetcher, its parser and the caller behind them. */
const SETTLE_ROUNDS = 50;

async function settle(): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) await Promise.resolve();
}

/**
 * A clock for tests.
 *
 * @param startMs - The wall clock's first reading, in milliseconds since 1970. Default 1 800 000 000 000.
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

  function nextDue(limitMs: number): Timer | undefined {
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
    setTimer(run, delayMs) {
      order += 1;
      const timer: Timer = { dueMs: monotonicMs + Math.max(0, delayMs), order, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const untilMs = monotonicMs + ms;
      await settle();
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
        timers.delete(timer);
        monotonicMs = Math.max(monotonicMs, firesAtMs(timer));
        timer.run();
        await settle();
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
