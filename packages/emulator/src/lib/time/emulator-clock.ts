const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The time an emulator lives in: the system's, or any other, and as far ahead of it as it was moved. */
export interface EmulatorClock {
  /** Now, in milliseconds since 1970. */
  nowMs(): number;
  /** Runs something once a time has come; the return calls it off. */
  at(dueMs: number, run: () => void): () => void;
  /** Moves ahead by so many milliseconds and runs what has come due, without waiting. */
  advance(ms: number): void;
  /** Goes back to the time it was made from. */
  reset(): void;
  /** Calls everything off. */
  close(): void;
}

interface Alarm {
  readonly dueMs: number;
  readonly run: () => void;
}

/**
 * A clock that can be moved.
 *
 * @param baseMs - The time it is made from, in milliseconds since 1970.
 */
export function createEmulatorClock(baseMs: () => number): EmulatorClock {
  const alarms = new Set<Alarm>();
  let aheadMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const nowMs = (): number => baseMs() + aheadMs;

  const ring = (): void => {
    for (const alarm of [...alarms].sort((one, other) => one.dueMs - other.dueMs)) {
      if (alarm.dueMs > nowMs() || !alarms.delete(alarm)) continue;
      alarm.run();
    }
    arm();
  };
  const arm = (): void => {
    clearTimeout(timer);
    const next = Math.min(...[...alarms].map(({ dueMs }) => dueMs));
    if (next === Infinity) return;
    timer = setTimeout(ring, Math.min(Math.max(1, next - nowMs()), LONGEST_TIMER_MS));
    timer.unref();
  };

  return {
    nowMs,
    at(dueMs, run) {
      const alarm = { dueMs, run };
      alarms.add(alarm);
      arm();
      return () => {
        alarms.delete(alarm);
        arm();
      };
    },
    advance(ms) {
      aheadMs += ms;
      ring();
    },
    reset() {
      aheadMs = 0;
      arm();
    },
    close() {
      alarms.clear();
      clearTimeout(timer);
    },
  };
}
