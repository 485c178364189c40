/** Discrete time: nothing happens between two entries, so an hour costs only its events. */
export interface Timeline {
  /** True time in milliseconds. */
  trueMs(): number;
  /** The machine's monotonic clock, which stands still during sleep. */
  monotonicMs(): number;
  /** Runs a function after a true time. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Runs a function after a monotonic time. Returns a function that cancels it. */
  afterAwake(ms: number, run: () => void): () => void;
  /** Simulates sleep: due entries run afterwards, in order. */
  sleep(ms: number): void;
  /** Runs the next entry if one is due by then, otherwise advances to that time. */
  runNext(untilTrueMs: number): 'ran' | 'done';
}

interface Entry {
  readonly dueMs: number;
  readonly kind: 'true' | 'awake';
  readonly run: () => void;
}

export function createTimeline(): Timeline {
  const entries = new Set<Entry>();
  let nowMs = 0;
  let sleptMs = 0;

  function add(entry: Entry): () => void {
    entries.add(entry);
    return () => void entries.delete(entry);
  }

  const dueTrueMs = (entry: Entry): number => entry.dueMs + (entry.kind === 'awake' ? sleptMs : 0);

  return {
    trueMs: () => nowMs,
    monotonicMs: () => nowMs - sleptMs,
    after: (ms, run) => add({ dueMs: nowMs + ms, kind: 'true', run }),
    afterAwake: (ms, run) => add({ dueMs: nowMs - sleptMs + ms, kind: 'awake', run }),
    sleep(ms) {
      nowMs += ms;
      sleptMs += ms;
    },
    runNext(untilTrueMs) {
      let next: Entry | undefined;
      let nextDueMs = untilTrueMs;
      for (const entry of entries) {
        const dueMs = dueTrueMs(entry);
        if (dueMs > nextDueMs || (next !== undefined && dueMs === nextDueMs)) continue;
        next = entry;
        nextDueMs = dueMs;
      }
      nowMs = Math.max(nowMs, nextDueMs);
      if (next === undefined) return 'done';
      entries.delete(next);
      next.run();
      return 'ran';
    },
  };
}
