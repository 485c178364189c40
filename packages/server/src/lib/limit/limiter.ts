/** How many mints are allowed in how long. */
export interface Rate {
  /** Mints per window, also the largest burst. A whole number, at least 1. */
  readonly max: number;
  /** Length of the window in milliseconds, 1 000..86 400 000. */
  readonly windowMs: number;
}

/** What a limiter says about one mint. */
export interface LimitResult {
  /** Whether this mint may go on. */
  readonly allowed: boolean;
  /** Mints per window. */
  readonly limit: number;
  /** Mints left right now. */
  readonly remaining: number;
  /** When `allowed` is false, how long until the next one is, in milliseconds. */
  readonly retryAfterMs: number;
  /** Length of the window in milliseconds, for the header `RateLimit-Policy`. Left out where there is no fixed one. */
  readonly windowMs?: number;
}

/**
 * Counts mints. Implement it over a store that several processes share; the handler refuses the request when
 * `consume` throws, or its promise rejects or takes longer than 200 ms.
 */
export interface Limiter {
  /**
   * Takes one mint from the bucket of `key`.
   *
   * @param key - `address:…` or `principal:…`.
   * @param options - `signal` is aborted when nobody waits any more.
   */
  consume(key: string, options: { readonly signal: AbortSignal }): LimitResult | Promise<LimitResult>;
}
