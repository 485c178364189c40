import { checkInteger, createClock, isRecord } from '../validate.ts';
import type { Limiter, LimitResult, Rate } from './limiter.ts';

/** Options of {@link memoryLimiter}. */
export interface MemoryLimiterOptions {
  /** Mints per window. */
  readonly rate: Rate;
  /** Most keys kept in memory, default 50 000. A new key replaces the least recently used one. */
  readonly maxKeys?: number;
  /** Returns the current time in milliseconds, default `Date.now`. */
  readonly nowMs?: () => number;
}

/** A leaky bucket: its level at a point in time. */
interface Bucket {
  readonly level: number;
  readonly atMs: number;
}

const DEFAULT_MAX_KEYS = 50_000;

/** Absorbs rounding errors of a bucket that leaks by fractions; far less than one mint. */
const EPSILON = 1e-6;

/**
 * Checks a rate.
 *
 * @throws TypeError Names the option and its range.
 */
export function checkRate(option: string, rate: Rate): Rate {
  if (!isRecord(rate)) throw new TypeError(`${option} must be a rate such as { max: 30, windowMs: 60_000 }.`);
  checkInteger(`${option}.max`, rate.max, { min: 1, max: 1_000_000 });
  checkInteger(`${option}.windowMs`, rate.windowMs, { min: 1000, max: 86_400_000 });
  return rate;
}

/**
 * A limiter for one process: a leaky bucket per key (a burst of `max`, then one mint every `windowMs / max`), without timers, and
 * never more than `maxKeys` keys. If several processes serve the same route, use a {@link Limiter} on a shared store.
 *
 * @param options - Rate, maximum number of keys and clock.
 * @throws TypeError If the rate or the maximum is not a whole number within its range.
 */
export function memoryLimiter(options: MemoryLimiterOptions): Limiter {
  const { maxKeys = DEFAULT_MAX_KEYS } = options;
  const rate = checkRate('rate', options.rate);
  checkInteger('maxKeys', maxKeys, { min: 1 });
  const nowMs = createClock(options.nowMs);
  const msPerMint = rate.windowMs / rate.max;
  const buckets = new Map<string, Bucket>();

  const currentLevel = (bucket: Bucket | undefined, now: number): number => {
    if (bucket === undefined) return 0;
    // A clock set back leaks nothing at first and then leaks as usual, so no client waits longer than a window.
    return Math.max(0, bucket.level - Math.max(0, now - bucket.atMs) / msPerMint);
  };

  const store = (key: string, bucket: Bucket): void => {
    buckets.delete(key);
    if (buckets.size >= maxKeys) {
      const [oldest] = buckets.keys();
      if (oldest !== undefined) buckets.delete(oldest);
    }
    buckets.set(key, bucket);
  };

  const consume = (key: string): LimitResult => {
    const now = nowMs();
    const level = currentLevel(buckets.get(key), now);
    const overflow = level + 1 - rate.max;
    const allowed = overflow <= EPSILON;
    store(key, { level: allowed ? level + 1 : level, atMs: now });
    return {
      allowed,
      limit: rate.max,
      remaining: allowed ? Math.max(0, Math.floor(EPSILON - overflow)) : 0,
      retryAfterMs: allowed ? 0 : Math.ceil((overflow - EPSILON) * msPerMint),
      windowMs: rate.windowMs,
    };
  };

  return { consume };
}
