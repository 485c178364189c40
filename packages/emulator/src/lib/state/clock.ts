const MAX_TIMER_MS = 2 ** 31 - 1;

/** A clock that can be moved ahead of the time it is based on. */
export interface EmulatorClock {
  /** The current time, in milliseconds since 1970. */
  nowMs(): number;
  /** Runs a callback at the given time. Returns a function that cancels it. */
  schedule(dueMs: number, run: () => void): () => void;
  /** Moves ahead and runs the callbacks that are due. */
  advance(ms: number): void;
  /** Cancels every callback. */
  close(): void;
}

interface Task {
  readonly dueMs: number;
  readonly run: () => void;
}

export function createEmulatorClock(baseMs: () => number): EmulatorClock {
  const tasks = new Set<Task>();
  let offsetMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const nowMs = (): number => baseMs() + offsetMs;

  const runDueTasks = (): void => {
    for (const task of [...tasks].sort((a, b) => a.dueMs - b.dueMs)) {
      // An earlier task can have cancelled this one.
      if (task.dueMs > nowMs() || !tasks.has(task)) continue;
      tasks.delete(task);
      task.run();
    }
    startTimer();
  };
  const startTimer = (): void => {
    clearTimeout(timer);
    const nextMs = Math.min(...[...tasks].map(({ dueMs }) => dueMs));
    if (nextMs === Infinity) return;
    timer = setTimeout(runDueTasks, Math.min(Math.max(1, nextMs - nowMs()), MAX_TIMER_MS));
    timer.unref();
  };

  return {
    nowMs,
    schedule(dueMs, run) {
      const task = { dueMs, run };
      tasks.add(task);
      startTimer();
      return () => {
        tasks.delete(task);
        startTimer();
      };
    },
    advance(ms) {
      offsetMs += ms;
      runDueTasks();
    },
    close() {
      tasks.clear();
      clearTimeout(timer);
    },
  };
}
