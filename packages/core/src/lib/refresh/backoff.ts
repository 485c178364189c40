/** Bounds of the backoff. */
export interface BackoffOptions {
  /** First ceiling in milliseconds, above 0. */
  readonly baseMs: number;
  /** Highest ceiling in milliseconds. */
  readonly maxMs: number;
}

/**
 * Exponential backoff with full jitter: anything between half the base and the ceiling, which doubles with each failure.
 *
 * @param failures - Failures in a row, 1 or more.
 * @param options - Bounds.
 * @param random - A number in [0, 1).
 * @returns milliseconds in [`baseMs` / 2, `maxMs`].
 */
export function backoffMs(failures: number, options: BackoffOptions, random: number): number {
  const ceilingMs = Math.min(options.maxMs, options.baseMs * 2 ** Math.min(failures - 1, 30));
  const floorMs = Math.min(options.baseMs / 2, ceilingMs);
  return floorMs + random * (ceilingMs - floorMs);
}
