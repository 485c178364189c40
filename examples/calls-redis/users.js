import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';

const { REDIS_URL = '' } = process.env;

/** The Redis connection of this process. */
export const redis = new Redis(REDIS_URL, {
  // Without these settings, commands are queued while Redis is down.
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

/** Replace this with your own authentication. The sessions are in Redis because any process can receive a request. */
export async function findUser(cookies) {
  const session = /(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1];
  const user = session && (await redis.get(`session:${session}`));
  return user ? { id: user } : null;
}

/** Returns the id of a new session. */
export async function signIn() {
  const session = randomUUID();
  await redis.set(`session:${session}`, 'ada', 'EX', 3600);
  return session;
}
