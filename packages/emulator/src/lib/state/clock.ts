const MAX_TIMER_MS = 2 ** 31 - 1;

/** A clock that an emulator can be based on, such as `createManualClock()` of `@realtime-session/core/testing`. */
export interface EmulatorClock {
  /** The current time, in milliseconds since 1970. */
  nowMs(): number;
  /** Runs a callback after a delay, in milliseconds. Returns a function that cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
}

/** A clock that can be moved ahead of the one it is based on. */
export interface TaskClock {
  /** The current time, in milliseconds since 1970. */
  nowMs(): number;
  /** Runs a callback at the given time. Returns a function that cancels it. */
  schedule(dueMs: number, run: () => void): () => void;
  /** Waits, or until the signal is aborted. Never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Moves ahead and runs the callbacks that are due, each at its own time. */
  advance(ms: number): void;
  /** Cancels every callback. */
  close(): void;
}

interface Task {
  readonly dueMs: number;
  /** Tasks for the same time run in this order. */
  readonly order: number;
  /** `undefined` once it is cancelled, so that nothing it needs is kept until its time. */
  run: (() => void) | undefined;
}

export function createTaskClock(base: EmulatorClock): TaskClock {
  const tasks = createTaskQueue();
  let offsetMs = 0;
  let order = 0;
  let timer: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  const nowMs = (): number => base.nowMs() + offsetMs;

  const stopTimer = (): void => {
    timer?.cancel();
    timer = undefined;
  };
  const startTimer = (): void => {
    const dueMs = tasks.first()?.dueMs;
    if (dueMs === timer?.dueMs) return;
    stopTimer();
    if (dueMs === undefined) return;
    const onTimer = (): void => {
      timer = undefined;
      while ((tasks.first()?.dueMs ?? Infinity) <= nowMs()) tasks.shift()?.run?.();
      startTimer();
    };
    timer = { dueMs, cancel: base.setTimer(onTimer, Math.min(Math.max(1, dueMs - nowMs()), MAX_TIMER_MS)) };
  };

  const schedule = (dueMs: number, run: () => void): (() => void) => {
    order += 1;
    const task: Task = { dueMs, order, run };
    tasks.add(task);
    startTimer();
    return () => {
      task.run = undefined;
    };
  };

  return {
    nowMs,
    schedule,
    wait: (ms, signal) => waitFor((run) => schedule(nowMs() + ms, run), signal),
    advance(ms) {
      const targetMs = offsetMs + ms;
      const endMs = base.nowMs() + targetMs;
      for (let next = tasks.first(); next !== undefined && next.dueMs <= endMs; next = tasks.first()) {
        tasks.shift();
        offsetMs = Math.min(targetMs, Math.max(offsetMs, next.dueMs - base.nowMs()));
        next.run?.();
      }
      offsetMs = targetMs;
      // The timer counts the time before the move.
      stopTimer();
      startTimer();
    },
    close() {
      tasks.clear();
      stopTimer();
    },
  };
}

function waitFor(schedule: (run: () => void) => () => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      cancel();
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const cancel = schedule(stop);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}

/** Tasks by their time. Cancelled ones are skipped. */
interface TaskQueue {
  add(task: Task): void;
  first(): Task | undefined;
  shift(): Task | undefined;
  clear(): void;
}

const isBefore = (a: Task, b: Task): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/** A binary heap: an emulator with thousands of calls has many timers. */
function createTaskQueue(): TaskQueue {
  const heap: Task[] = [];
  const moveUp = (task: Task): void => {
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !isBefore(task, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = task;
  };
  const moveDown = (task: Task): void => {
    let index = 0;
    for (;;) {
      const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
      const isRight = right !== undefined && left !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isBefore(child, task)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = task;
  };
  const removeFirst = (): Task | undefined => {
    const [first] = heap;
    const last = heap.pop();
    if (last !== undefined && last !== first) moveDown(last);
    return first;
  };
  const first = (): Task | undefined => {
    while (heap[0] !== undefined && heap[0].run === undefined) removeFirst();
    return heap[0];
  };
  return {
    add: moveUp,
    first,
    shift: () => (first() === undefined ? undefined : removeFirst()),
    clear: () => void heap.splice(0),
  };
}

/** The system's timers, on a given time. They do not keep the process alive. */
export function createSystemClock(nowMs: () => number): EmulatorClock {
  return {
    nowMs,
    setTimer(run, delayMs) {
      const timer = setTimeout(run, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
