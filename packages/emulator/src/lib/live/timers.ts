import type { TaskClock } from '../state/clock.ts';

/** The timers of a session. All of them end with it. */
export interface Timers {
  /** Runs a callback after a delay: immediately for 0, never for `never`. Returns a function that cancels it. */
  after(ms: number | 'never', run: () => void): () => void;
  cancelAll(): void;
}

export function createTimers(clock: TaskClock): Timers {
  const cancels = new Set<() => void>();
  return {
    after(ms, run) {
      if (ms === 'never') return () => undefined;
      if (ms <= 0) {
        run();
        return () => undefined;
      }
      const cancel = clock.schedule(clock.nowMs() + ms, () => {
        cancels.delete(cancel);
        run();
      });
      cancels.add(cancel);
      return () => {
        cancels.delete(cancel);
        cancel();
      };
    },
    cancelAll() {
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}
