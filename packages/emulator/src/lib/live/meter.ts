import type { BilledUsage } from '../journal/emulated-call.ts';

/** What every session costs at least, from its creation on, as documented. */
export const MINIMUM_SECONDS = 15;

/** The active time of a session, and what it costs. */
export interface Meter {
  /** Starts to count. Does nothing if it counts already. */
  start(): void;
  /** Stops counting at the end of the session. */
  stop(): void;
  activeSeconds(): number;
  /** The minimum, and what is active beyond it up to now. */
  bill(): readonly BilledUsage[];
}

export interface MeterOptions {
  readonly sessionId: string;
  readonly model: string;
  readonly nowMs: () => number;
}

export function createMeter({ sessionId, model, nowMs }: MeterOptions): Meter {
  const createdAtMs = nowMs();
  let startedAtMs: number | undefined;
  let stoppedAtMs: number | undefined;
  const activeSeconds = (): number =>
    ((stoppedAtMs ?? nowMs()) - (startedAtMs ?? stoppedAtMs ?? nowMs())) / 1000;
  const toEntry = (part: string, seconds: number, atMs: number): BilledUsage => ({
    key: `${sessionId}/${part}`,
    type: 'seconds',
    model,
    usage: { seconds },
    atMs,
  });
  return {
    activeSeconds,
    start() {
      startedAtMs ??= nowMs();
    },
    stop() {
      stoppedAtMs ??= nowMs();
    },
    bill() {
      const minimum = toEntry('minimum', MINIMUM_SECONDS, createdAtMs);
      const beyond = activeSeconds() - MINIMUM_SECONDS;
      return beyond > 0 ? [minimum, toEntry('active', beyond, stoppedAtMs ?? nowMs())] : [minimum];
    },
  };
}
