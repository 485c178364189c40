import type { Clock } from '@realtime-session/core';

/** The part of a clock a hook needs. */
export type HookClock = Pick<Clock, 'nowMs' | 'setTimer'>;

/** The page's own clock, for sessions without an environment of their own. */
export const pageClock: HookClock = {
  nowMs: () => Date.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
