import type { Limiter, LimitVerdict, Rate } from './limiter.ts';

/** What {@link memoryLimiter} is made of. */
export interface MemoryLimiterOptions {
  /** Mints per window. */
  readonly rate: Rate;
  /** Most keys held at once, default 50 000. The key unused for longest makes room for a new one. */
  readonly maxKeys?: number;
  /** Current time in milliseconds, default `Date.now`. */
  readonly nowMs?: () => number;
}

const DEFAULT_MAX_KEYS = 50_000;

/**
 * A limiter for one process: one number per key (the generic cell rate algorithm: a burst of `max`, then one every
 * `windowMs / max`), no timers, never more than `maxKeys` keys. Use your own {@link Limiter} over a shared store when
 * several processes serve the same route.
 *
 * @param options - Rate, bound and clock.
 */
export function memoryLimiter(options: MemoryLimiterOptions): Limiter {
  const { rate, maxKeys = DEFAULT_MAX_KEYS, nowMs = Date.now } = options;
  const stepMs = rate.windowMs / rate.max;
  const fullAtMs = new Map<string, number>();

  const take = (key: string): LimitVerdict => {
    const now = nowMs();
    const known = fullAtMs.get(key) ?? now;
    // A clock set back would leave this instant further away than any burst can push it: start over.
    const from = known > now + rate.windowMs + stepMs ? now : Math.max(known, now);
    const usedMs = from + stepMs - now;
    if (usedMs > rate.windowMs + stepMs / 1e6) {
      return {
        allowed: false,
        limit: rate.max,
        remaining: 0,
        retryAfterMs: Math.ceil(usedMs - rate.windowMs),
      };
    }
    remember(key, from + stepMs);
    const remaining = Math.max(0, Math.floor((rate.windowMs - usedMs) / stepMs + 1e-6));
    return { allowed: true, limit: rate.max, remaining, retryAfterMs: 0 };
  };

  const remember = (key: string, instantMs: number): void => {
    fullAtMs.delete(key);
    if (fullAtMs.size >= maxKeys) {
      const [oldest] = fullAtMs.keys();
      if (oldest !== undefined) fullAtMs.delete(oldest);
    }
    fullAtMs.set(key, instantMs);
  };

  return { consume: (key) => Promise.resolve(take(key)) };
}
