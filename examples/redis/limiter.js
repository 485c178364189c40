import { once } from 'node:events';
import { fromRateLimiterFlexible } from '@realtime-session/server/rate-limiter-flexible';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

const { REDIS_URL = '' } = process.env;

/** Redis, for whatever the processes share. */
export const redis = new Redis(REDIS_URL, {
  // Without these four, commands for a Redis that is away are kept, and mints that were refused meanwhile are charged later.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  socketTimeout: 2000,
  retryStrategy: () => 250,
});
// It is tried again; what is asked meanwhile is refused.
redis.on('error', () => undefined);

await once(redis, 'ready').catch(() => {
  console.error('No Redis was found at REDIS_URL: correct it, or unset it to have one started.');
  process.exit(1);
});

/** Five tokens a minute for a user, sixty for an address, over all processes together. */
export const limiter = fromRateLimiterFlexible({
  perPrincipal: new RateLimiterRedis({ storeClient: redis, points: 5, duration: 60 }),
  perAddress: new RateLimiterRedis({ storeClient: redis, points: 60, duration: 60 }),
});
