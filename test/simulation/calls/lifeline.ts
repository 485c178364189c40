import type { CallClock } from '../../../packages/server/src/lib/calls/call-options.ts';
import type { World } from './world.ts';

/** The wall clock of every process when an episode starts. */
export const EPOCH_MS = 1_800_000_000_000;

/** The border between a process and everything else. Nothing crosses it while the process is frozen, or after it was killed. */
export interface Lifeline {
  state(): 'running' | 'frozen' | 'dead';
  freeze(): void;
  thaw(): void;
  kill(): void;
  /** Resolves when the process is killed. */
  readonly death: Promise<void>;
  /** Calls a function now, or when the process continues; never after its death. */
  enter(run: () => void): void;
  /** Settles like the promise as soon as the process can notice it; never after its death. */
  deliver<T>(promise: Promise<T>): Promise<T>;
}

export function createLifeline(): Lifeline {
  let state: 'running' | 'frozen' | 'dead' = 'running';
  let waiting: (() => void)[] = [];
  let die = (): void => undefined;
  const death = new Promise<void>((resolve) => {
    die = resolve;
  });

  const enter = (run: () => void): void => {
    if (state === 'running') run();
    else if (state === 'frozen') waiting.push(run);
  };

  return {
    state: () => state,
    freeze() {
      if (state === 'running') state = 'frozen';
    },
    thaw() {
      if (state !== 'frozen') return;
      state = 'running';
      const due = waiting;
      waiting = [];
      for (const run of due) enter(run);
    },
    kill() {
      state = 'dead';
      waiting = [];
      die();
    },
    death,
    enter,
    deliver: (promise) =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => enter(() => resolve(value)),
          (error: unknown) => enter(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      }),
  };
}

/** The clock of one process: its wall clock can be wrong and jump. */
export interface ProcessClock extends CallClock {
  jump(ms: number): void;
  /** Number of pending timers. */
  pending(): number;
}

export function createProcessClock(
  { timeline, activity }: Pick<World, 'timeline' | 'activity'>,
  lifeline: Lifeline,
  skewMs: number,
): ProcessClock {
  const startedMs = timeline.nowMs();
  const timers = new Set<object>();
  let offsetMs = EPOCH_MS + skewMs;
  return {
    nowMs: () => Math.floor(offsetMs + timeline.nowMs()),
    monotonicMs: () => timeline.nowMs() - startedMs,
    setTimer(run, delayMs) {
      const timer = {};
      timers.add(timer);
      const cancel = timeline.after(delayMs, () =>
        lifeline.enter(() => {
          if (!timers.delete(timer)) return;
          activity.note();
          run();
        }),
      );
      return () => {
        if (timers.delete(timer)) cancel();
      };
    },
    jump(ms) {
      offsetMs += ms;
    },
    pending: () => timers.size,
  };
}
