import { forKey } from './by-subject.ts';
import type { BySubject } from './by-subject.ts';
import type { Limiter, LimitResult } from './limiter.ts';

/** What `rate-limiter-flexible` says about a bucket, as an answer or, when it is full, as a rejection. */
export interface FlexibleResult {
  /** Mints left. */
  readonly remainingPoints: number;
  /** How long until the window is over, in milliseconds. */
  readonly msBeforeNext: number;
}

/** The part of a `rate-limiter-flexible` limiter that is used: `RateLimiterRedis`, `RateLimiterPostgres`, … */
export interface FlexibleLimiter {
  /** Mints per window. */
  readonly points: number;
  /** Length of the window in seconds; 0 for one that never ends. */
  readonly duration?: number;
  /** Takes one mint. Rejects with a {@link FlexibleResult} when there is none left, with an `Error` when the store fails. */
  consume(key: string): Promise<FlexibleResult>;
}

function isResult(thrown: unknown): thrown is FlexibleResult {
  if (typeof thrown !== 'object' || thrown === null || thrown instanceof Error) return false;
  return 'msBeforeNext' in thrown && typeof thrown.msBeforeNext === 'number';
}

async function consume(limiter: FlexibleLimiter, key: string): Promise<LimitResult> {
  const { points: limit, duration = 0 } = limiter;
  const rate = duration > 0 ? { limit, windowMs: duration * 1000 } : { limit };
  try {
    const { remainingPoints } = await limiter.consume(key);
    return { ...rate, allowed: true, remaining: remainingPoints, retryAfterMs: 0 };
  } catch (thrown) {
    if (!isResult(thrown)) throw thrown;
    return { ...rate, allowed: false, remaining: 0, retryAfterMs: thrown.msBeforeNext };
  }
}

/**
 * A limiter over a store that several processes share, through
 * [`rate-limiter-flexible`](https://www.npmjs.com/package/rate-limiter-flexible): exact across them. When the store fails or
 * takes longer than 200 ms, the handler refuses the request with 503 `limiter_unavailable`.
 *
 * Rejects with what the store failed with.
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
  return { consume: (key) => consume(forKey(limiters, key), key) };
}
