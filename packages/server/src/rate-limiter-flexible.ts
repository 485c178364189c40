export type { BySubject, Limiter, LimitResult } from './lib/limit/limiter.ts';
export {
  fromRateLimiterFlexible,
  type FlexibleLimiter,
  type FlexibleResult,
} from './lib/limit/rate-limiter-flexible.ts';
