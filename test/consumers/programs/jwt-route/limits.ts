import type { Limiter } from '@realtime-session/server';
import { fromRateLimiterFlexible } from '@realtime-session/server/rate-limiter-flexible';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

export interface SharedLimits {
  readonly limiter: Limiter;
  /** Resolves when Redis is connected. Until then, every request is refused. */
  readonly ready: Promise<void>;
  readonly close: () => void;
}

/** Rate limits that all processes share: 3 tokens per minute for a user, 60 for an address. */
export function sharedLimits(redisUrl: string, onError: (error: Error) => void): SharedLimits {
  const storeClient = new Redis(redisUrl, {
    connectionName: 'voice-tokens',
    // A request whose command timed out was refused: do not count it later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    socketTimeout: 2000,
    retryStrategy: () => 250,
  });
  storeClient.on('error', onError);
  const keyPrefix = 'voice-tokens';
  return {
    limiter: fromRateLimiterFlexible({
      perPrincipal: new RateLimiterRedis({ storeClient, keyPrefix, points: 3, duration: 60 }),
      perAddress: new RateLimiterRedis({ storeClient, keyPrefix, points: 60, duration: 60 }),
    }),
    ready: new Promise((resolve) => storeClient.once('ready', () => resolve())),
    close: () => storeClient.disconnect(),
  };
}
