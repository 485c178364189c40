import type { Limiter } from '@realtime-session/server';
import { fromRateLimiterFlexible } from '@realtime-session/server/rate-limiter-flexible';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

export function redisLimiter(url: string, onError: (error: Error) => void): Limiter {
  const storeClient = new Redis(url, {
    // Never resend a command that timed out, because its mint was refused.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Reconnect if Redis does not respond for this long.
    socketTimeout: 2000,
    retryStrategy: () => 250,
  });
  storeClient.on('error', onError);
  return fromRateLimiterFlexible({
    perPrincipal: new RateLimiterRedis({ storeClient, points: 30, duration: 60 }),
    perAddress: new RateLimiterRedis({ storeClient, points: 60, duration: 60 }),
  });
}
