export type { BySubject } from './lib/limit/by-subject.ts';
export {
  fromRateLimiterFlexible,
  type FlexibleLimiter,
  type FlexibleResult,
} from './lib/limit/from-rate-limiter-flexible.ts';
export type { Limiter, LimitResult } from './lib/limit/limiter.ts';
