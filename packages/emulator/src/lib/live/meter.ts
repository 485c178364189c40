import type { BilledUsage } from '../journal/emulated-call.ts';

/** What every session costs at least, from its creation on, as documented. */
export const MINIMUM_SECONDS = 15;

/** Whether a session runs, or waits for speech at a lower price. */
export type MeterState = 'active' | 'standby';

/** The time of a session, and what it costs. */
export interface Meter {
  /** Starts to count. Does nothing if it counts already. */
  start(): void;
  /** What the time counts as from now on. */
  setState(state: MeterState): void;
  /** Stops counting at the end of the session. */
  stop(): void;
  /** All seconds that were counted. */
  totalSeconds(): number;
  /** The minimum, and up to now what is active beyond it and the standby. */
  bill(): readonly BilledUsage[];
}

export interface MeterOptions {
  readonly sessionId: string;
  readonly model: string;
  readonly nowMs: () => number;
}

export function createMeter({ sessionId, model, nowMs }: MeterOptions): Meter {
  const createdAtMs = nowMs();
  const counted = { active: 0, standby: 0 };
  let current: { readonly state: MeterState; readonly sinceMs: number } | undefined;
  let stoppedAtMs: number | undefined;
  const toSeconds = (state: MeterState): number =>
    (counted[state] + (current?.state === state ? nowMs() - current.sinceMs : 0)) / 1000;
  const settle = (): void => {
    if (current !== undefined) counted[current.state] += nowMs() - current.sinceMs;
  };
  const toEntry = (part: string, usage: object, atMs = stoppedAtMs ?? nowMs()): BilledUsage => ({
    key: `${sessionId}/${part}`,
    type: 'seconds',
    model,
    usage,
    atMs,
  });
  return {
    totalSeconds: () => toSeconds('active') + toSeconds('standby'),
    start() {
      if (stoppedAtMs === undefined) current ??= { state: 'active', sinceMs: nowMs() };
    },
    setState(state) {
      if (current === undefined || current.state === state) return;
      settle();
      current = { state, sinceMs: nowMs() };
    },
    stop() {
      settle();
      current = undefined;
      stoppedAtMs ??= nowMs();
    },
    bill() {
      const beyond = toSeconds('active') - MINIMUM_SECONDS;
      const standby = toSeconds('standby');
      return [
        toEntry('minimum', { seconds: MINIMUM_SECONDS }, createdAtMs),
        ...(beyond > 0 ? [toEntry('active', { seconds: beyond })] : []),
        ...(standby > 0 ? [toEntry('standby', { seconds: standby, state: 'standby' })] : []),
      ];
    },
  };
}
