/** Discrete time: nothing happens between two entries, so an hour costs only its events. */
export interface Timeline {
  /** True time in milliseconds since the start. */
  nowMs(): number;
  /** Runs a function after a time. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Resolves after a time. */
  wait(ms: number): Promise<void>;
  /** Runs the next entry if one is due by then, otherwise advances to that time. */
  runNext(untilMs: number): 'ran' | 'done';
}

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

export function createTimeline(): Timeline {
  const queue = createQueue();
  let nowMs = 0;
  let order = 0;

  function after(ms: number, run: () => void): () => void {
    order += 1;
    const entry = { dueMs: nowMs + Math.max(0, ms), order, run };
    queue.push(entry);
    return () => queue.remove(entry);
  }

  return {
    nowMs: () => nowMs,
    after,
    wait: (ms) => new Promise((resolve) => void after(ms, resolve)),
    runNext(untilMs) {
      const next = queue.peek();
      if (next === undefined || next.dueMs > untilMs) {
        nowMs = Math.max(nowMs, untilMs);
        return 'done';
      }
      queue.remove(next);
      nowMs = Math.max(nowMs, next.dueMs);
      next.run();
      return 'ran';
    },
  };
}

interface Queue {
  push(entry: Entry): void;
  peek(): Entry | undefined;
  remove(entry: Entry): void;
}

/** A sorted list: insertion by binary search is fast enough for the hundreds of entries of an episode. */
function createQueue(): Queue {
  const entries: Entry[] = [];
  const compare = (a: Entry, b: Entry): number => a.dueMs - b.dueMs || a.order - b.order;

  /** Index of the first entry that is not before the given one. */
  function find(entry: Entry): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(entries[middle]!, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    push: (entry) => void entries.splice(find(entry), 0, entry),
    peek: () => entries[0],
    remove(entry) {
      const index = find(entry);
      if (entries[index] === entry) entries.splice(index, 1);
    },
  };
}
