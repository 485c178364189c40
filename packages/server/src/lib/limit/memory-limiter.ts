import type { Limiter, LimitResult, Rate } from './limiter.ts';

/** What {@link memoryLimiter} is made of. */
export interface MemoryLimiterOptions {
  /** Mints per window. */
  readonly rate: Rate;
  /** Most keys held at once, default 50 000. The key unused for longest makes room for a new one. */
  readonly maxKeys?: number;
  /** Current time in milliseconds, default `Date.now`. */
  readonly nowMs?: () => number;
}

/** A bucket that leaks: how full it was, and when. */
interface Bucket {
  readonly used: number;
  readonly atMs: number;
}

const DEFAULT_MAX_KEYS = 50_000;

/** Absorbs rounding when a bucket leaks by fractions; far less than one mint. */
const EPSILON = 1e-6;

/**
 * A limiter for one process: a leaky bucket per key (a burst of `max`, then one every `windowMs / max`), no timers, never
 * more than `maxKeys` keys. Use your own {@link Limiter} over a shared store when several processes serve the same route.
 *
 * @param options - Rate, bound and clock.
 */
export function memoryLimiter(options: MemoryLimiterOptions): Limiter {
  const { rate, maxKeys = DEFAULT_MAX_KEYS, nowMs = Date.now } = options;
  const stepMs = rate.windowMs / rate.max;
  const buckets = new Map<string, Bucket>();

  const usedNow = (bucket: Bucket | undefined, now: number): number => {
    if (bucket === undefined) return 0;
    // A clock set back leaks nothing, and from then on leaks as usual: nobody waits longer than a window.
    return Math.max(0, bucket.used - Math.max(0, now - bucket.atMs) / stepMs);
  };

  const remember = (key: string, bucket: Bucket): void => {
    buckets.delete(key);
    if (buckets.size >= maxKeys) {
      const [oldest] = buckets.keys();
      if (oldest !== undefined) buckets.delete(oldest);
    }
    buckets.set(key, bucket);
  };

  const take = (key: string): LimitResult => {
    const now = nowMs();
    const used = usedNow(buckets.get(key), now);
    const overflow = used + 1 - rate.max;
    const allowed = overflow <= EPSILON;
    remember(key, { used: allowed ? used + 1 : used, atMs: now });
    return {
      allowed,
      limit: rate.max,
      remaining: allowed ? Math.max(0, Math.floor(EPSILON - overflow)) : 0,
      retryAfterMs: allowed ? 0 : Math.ceil((overflow - EPSILON) * stepMs),
      windowMs: rate.windowMs,
    };
  };

  return { consume: take };
}
