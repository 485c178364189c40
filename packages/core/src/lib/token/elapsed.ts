import type { Instant } from '../time/clock.ts';

/**
 * Milliseconds between two moments: the larger of wall and monotonic time, never negative. A wall clock set back cannot
 * stretch it, a monotonic clock that stood still in sleep cannot shrink it.
 *
 * @param from - The earlier moment.
 * @param to - The later moment.
 */
export function elapsedMs(from: Instant, to: Instant): number {
  return Math.max(0, to.wallMs - from.wallMs, to.monotonicMs - from.monotonicMs);
}
