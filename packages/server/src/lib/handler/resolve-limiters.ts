import type { Limiter, Rate } from '../limit/limiter.ts';
import { memoryLimiter } from '../limit/memory-limiter.ts';
import { checkedWhole } from './check-options.ts';
import type { Limits } from './session-handler-options.ts';

/** Who counts what. */
export interface Limiters {
  /** Mints per address. */
  readonly addressLimiter: Limiter;
  /** Mints per principal. */
  readonly principalLimiter: Limiter;
}

/** The options limits come from. */
export interface LimiterOptions {
  /** Rates of the built-in limiter. */
  readonly limits?: Limits;
  /** The owner's limiter. */
  readonly limiter?: Limiter;
}

const MINUTE_MS = 60_000;

const defaults: Required<Limits> = {
  perPrincipal: { max: 30, windowMs: MINUTE_MS },
  perAddress: { max: 60, windowMs: MINUTE_MS },
};

function checkedRate(name: string, rate: Rate): Rate {
  checkedWhole(`${name}.max`, rate.max, { min: 1, max: 1_000_000 });
  checkedWhole(`${name}.windowMs`, rate.windowMs, { min: 1000, max: 86_400_000 });
  return rate;
}

/**
 * The owner's limiter, or two bounded ones in memory.
 *
 * @throws TypeError For a rate out of range, or for `limits` beside `limiter`.
 */
export function resolveLimiters(options: LimiterOptions, nowMs: () => number): Limiters {
  const { limiter, limits } = options;
  if (limiter !== undefined) {
    if (limits !== undefined) {
      throw new TypeError('limits and limiter exclude each other: put the rates into your limiter.');
    }
    return { addressLimiter: limiter, principalLimiter: limiter };
  }
  const { perAddress, perPrincipal } = { ...defaults, ...limits };
  return {
    addressLimiter: memoryLimiter({ rate: checkedRate('limits.perAddress', perAddress), nowMs }),
    principalLimiter: memoryLimiter({ rate: checkedRate('limits.perPrincipal', perPrincipal), nowMs }),
  };
}
