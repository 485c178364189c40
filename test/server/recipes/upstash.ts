import type { Limiter } from '@realtime-session/server';
import { fromUpstash } from '@realtime-session/server/upstash';
import { Ratelimit } from '@upstash/ratelimit';
import type { Redis } from '@upstash/redis';

export function upstashLimiter(redis: Redis): Limiter {
  return fromUpstash({
    perPrincipal: new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(30, '60 s') }),
    perAddress: new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(60, '60 s') }),
  });
}
