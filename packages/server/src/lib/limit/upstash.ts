import { selectByKey } from './limiter.ts';
import type { BySubject, Limiter, LimitResult } from './limiter.ts';

/** The result that `@upstash/ratelimit` returns. */
export interface UpstashResult {
  /** Whether the mint is allowed. Also true if the store did not respond in time; see `reason`. */
  readonly success: boolean;
  /** Mints per window. */
  readonly limit: number;
  /** Mints left. */
  readonly remaining: number;
  /** When the window ends, in unix milliseconds. */
  readonly reset: number;
  /** `timeout` if the store did not respond, so that the mint was not counted. */
  readonly reason?: string | undefined;
  /** Work that continues after the result. */
  readonly pending?: Promise<unknown>;
}

/** The part of a `Ratelimit` of `@upstash/ratelimit` that is used. */
export interface UpstashLimiter {
  /** Takes one mint. */
  limit(key: string): Promise<UpstashResult>;
}

/** Options of {@link fromUpstash}. */
export interface UpstashOptions extends BySubject<UpstashLimiter> {
  /** Returns the current time in milliseconds, default `Date.now`. */
  readonly nowMs?: () => number;
}

/**
 * A limiter on Upstash Redis, for edge runtimes, with [`@upstash/ratelimit`](https://www.npmjs.com/package/@upstash/ratelimit).
 * That library lets a request through if its store does not respond. This limiter fails instead, and the handler refuses the
 * request with 503 `limiter_unavailable`.
 *
 * Rejects with the error of the store, or with an `Error` if it did not respond in time.
 *
 * @param options - One `Ratelimit` for users, one for addresses. They may share a database and a prefix.
 *
 * @example
 * ```ts
 * const redis = Redis.fromEnv();
 * const limiter = fromUpstash({
 *   perPrincipal: new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(30, '60 s') }),
 *   perAddress: new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(60, '60 s') }),
 * });
 * ```
 */
export function fromUpstash(options: UpstashOptions): Limiter {
  const { nowMs = Date.now } = options;
  const consume = async (key: string): Promise<LimitResult> => {
    const { success, limit, remaining, reset, reason, pending } = await selectByKey(options, key).limit(key);
    // The pending work only concerns statistics.
    pending?.catch(() => undefined);
    if (reason === 'timeout') throw new Error('The store of @upstash/ratelimit did not respond in time.');
    return { allowed: success, limit, remaining, retryAfterMs: success ? 0 : Math.max(0, reset - nowMs()) };
  };
  return { consume };
}
