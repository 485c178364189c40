import { isRecord } from '../validate.ts';
import { selectByKey } from './limiter.ts';
import type { BySubject, Limiter, LimitResult } from './limiter.ts';

/** The result that `rate-limiter-flexible` returns or, if the bucket is full, rejects with. */
export interface FlexibleResult {
  /** Mints left. */
  readonly remainingPoints: number;
  /** Time until the window ends, in milliseconds. */
  readonly msBeforeNext: number;
}

/** The part of a `rate-limiter-flexible` limiter that is used: `RateLimiterRedis`, `RateLimiterPostgres`, … */
export interface FlexibleLimiter {
  /** Mints per window. */
  readonly points: number;
  /** Length of the window in seconds; 0 if the window never ends. */
  readonly duration?: number;
  /** Takes one mint. Rejects with a {@link FlexibleResult} if there is none left, with an `Error` if the store fails. */
  consume(key: string): Promise<FlexibleResult>;
}

function isFlexibleResult(thrown: unknown): thrown is FlexibleResult {
  return isRecord(thrown) && !(thrown instanceof Error) && typeof thrown['msBeforeNext'] === 'number';
}

async function consume(limiter: FlexibleLimiter, key: string): Promise<LimitResult> {
  const { points: limit, duration = 0 } = limiter;
  const rate = duration > 0 ? { limit, windowMs: duration * 1000 } : { limit };
  try {
    const { remainingPoints } = await limiter.consume(key);
    return { ...rate, allowed: true, remaining: remainingPoints, retryAfterMs: 0 };
  } catch (thrown) {
    if (!isFlexibleResult(thrown)) throw thrown;
    return { ...rate, allowed: false, remaining: 0, retryAfterMs: thrown.msBeforeNext };
  }
}

/**
 * A limiter on a store that several processes share, with
 * [`rate-limiter-flexible`](https://www.npmjs.com/package/rate-limiter-flexible). The limit is exact across processes. If the
 * store fails or takes longer than 200 ms, the handler refuses the request with 503 `limiter_unavailable`.
 *
 * Rejects with the error of the store.
 *
 * @param limiters - One for users, one for addresses. Each has its own points and duration; they may share a store and a
 * key prefix.
 *
 * @example
 * ```ts
 * const storeClient = new Redis({ enableOfflineQueue: false, autoResendUnfulfilledCommands: false });
 * const limiter = fromRateLimiterFlexible({
 *   perPrincipal: new RateLimiterRedis({ storeClient, points: 30, duration: 60 }),
 *   perAddress: new RateLimiterRedis({ storeClient, points: 60, duration: 60 }),
 * });
 * ```
 */
export function fromRateLimiterFlexible(limiters: BySubject<FlexibleLimiter>): Limiter {
  return { consume: (key) => consume(selectByKey(limiters, key), key) };
}
