import type { Timeline } from './timeline.ts';

/** What fails at the moment, and when something failed last. */
export interface Health {
  store: 'up' | 'down' | 'slow' | 'loses-answers';
  /** Probability of a fault of each request to the provider. */
  faults: { create: number; attach: number; hangUp: number };
  /** Something happened that may delay the end of calls. */
  noteDisruption(): void;
  /** When the last disruption ended; now while one lasts. */
  disruptedAtMs(): number;
}

export function createHealth(timeline: Timeline, runningProcesses: () => number): Health {
  let lastMs = 0;
  const health: Health = {
    store: 'up',
    faults: { create: 0, attach: 0, hangUp: 0 },
    noteDisruption() {
      lastMs = timeline.nowMs();
    },
    disruptedAtMs() {
      const isDisrupted =
        health.store !== 'up' ||
        health.faults.hangUp > 0 ||
        health.faults.attach > 0 ||
        runningProcesses() === 0;
      if (isDisrupted) lastMs = timeline.nowMs();
      return lastMs;
    },
  };
  return health;
}
