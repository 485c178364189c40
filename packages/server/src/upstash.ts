export type { BySubject } from './lib/limit/by-subject.ts';
export {
  fromUpstash,
  type UpstashLimiter,
  type UpstashOptions,
  type UpstashResult,
} from './lib/limit/from-upstash.ts';
export type { Limiter, LimitResult } from './lib/limit/limiter.ts';
