export type { BySubject, Limiter, LimitResult } from './lib/limit/limiter.ts';
export {
  fromUpstash,
  type UpstashLimiter,
  type UpstashOptions,
  type UpstashResult,
} from './lib/limit/upstash.ts';
