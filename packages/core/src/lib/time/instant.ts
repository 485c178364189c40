import type { Clock, Instant } from './clock.ts';

/**
 * This moment on both clocks.
 *
 * @param clock - The clock to read.
 */
export function instantOf(clock: Clock): Instant {
  return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}
