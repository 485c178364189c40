import type { Limiter } from '@realtime-session/server';
import { fromRateLimiterFlexible } from '@realtime-session/server/rate-limiter-flexible';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

export interface RedisLimiter {
  readonly limiter: Limiter;
  /** Resolves when Redis is connected. Until then, every request is refused. */
  readonly ready: Promise<void>;
  /** Disconnects. An open connection keeps the process running. */
  readonly close: () => void;
}

export function redisLimiter(url: string, onError: (error: Error) => void): RedisLimiter {
  const storeClient = new Redis(url, {
    // Never resend a command that timed out, because its mint was refused.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Reconnect if Redis does not respond for this long.
    socketTimeout: 2000,
    retryStrategy: () => 250,
  });
  storeClient.on('error', onError);
  const limiter = fromRateLimiterFlexible({
    perPrincipal: new RateLimiterRedis({ storeClient, keyPrefix: 'mint', points: 30, duration: 60 }),
    perAddress: new RateLimiterRedis({ storeClient, keyPrefix: 'mint', points: 60, duration: 60 }),
  });
  const ready = new Promise<void>((resolve) => storeClient.once('ready', () => resolve()));
  return { limiter, ready, close: () => storeClient.disconnect() };
}
