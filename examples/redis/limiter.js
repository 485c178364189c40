import { once } from 'node:events';
import { fromRateLimiterFlexible } from '@realtime-session/server/rate-limiter-flexible';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

const { REDIS_URL = '' } = process.env;

/** The Redis connection of this process. */
export const redis = new Redis(REDIS_URL, {
  // Without these settings, commands are queued while Redis is down, and rejected mints are counted later.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  socketTimeout: 2000,
  retryStrategy: () => 250,
});
// ioredis reconnects automatically; commands fail until then.
redis.on('error', () => undefined);

await once(redis, 'ready').catch(() => {
  console.error('Redis is unreachable at REDIS_URL: correct it, or unset it to start a local Redis.');
  process.exit(1);
});

/** Five tokens per minute for each user and sixty for each address, across all processes. */
export const limiter = fromRateLimiterFlexible({
  perPrincipal: new RateLimiterRedis({ storeClient: redis, points: 5, duration: 60 }),
  perAddress: new RateLimiterRedis({ storeClient: redis, points: 60, duration: 60 }),
});
