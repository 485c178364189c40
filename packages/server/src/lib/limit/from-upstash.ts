import { forKey } from './by-subject.ts';
import type { BySubject } from './by-subject.ts';
import type { Limiter, LimitResult } from './limiter.ts';

/** What `@upstash/ratelimit` says about a bucket. */
export interface UpstashResult {
  /** Whether the mint may go on. Also true when the store did not answer in time; `reason` says so. */
  readonly success: boolean;
  /** Mints per window. */
  readonly limit: number;
  /** Mints left. */
  readonly remaining: number;
  /** When the window is over, in unix milliseconds. */
  readonly reset: number;
  /** `timeout` when nobody counted. */
  readonly reason?: string | undefined;
  /** What still goes on after the answer. */
  readonly pending?: Promise<unknown>;
}

/** The part of a `Ratelimit` of `@upstash/ratelimit` that is used. */
export interface UpstashLimiter {
  /** Takes one mint. */
  limit(key: string): Promise<UpstashResult>;
}

/** What {@link fromUpstash} is made of. */
export interface UpstashOptions extends BySubject<UpstashLimiter> {
  /** Current time in milliseconds, default `Date.now`. */
  readonly nowMs?: () => number;
}

/**
 * A limiter over Upstash Redis, for edge runtimes, through
 * [`@upstash/ratelimit`](https://www.npmjs.com/package/@upstash/ratelimit). That library lets a request through when its store
 * does not answer; this limiter fails then, and the handler refuses with 503 `limiter_unavailable`.
 *
 * Rejects with what the store failed with, or with an `Error` when it did not answer in time.
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
    const { success, limit, remaining, reset, reason, pending } = await forKey(options, key).limit(key);
    // Its failure concerns statistics, not this mint.
    pending?.catch(() => undefined);
    if (reason === 'timeout') throw new Error('The store of @upstash/ratelimit did not answer in time.');
    return { allowed: success, limit, remaining, retryAfterMs: success ? 0 : Math.max(0, reset - nowMs()) };
  };
  return { consume };
}
