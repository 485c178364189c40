import { memoryCallStore, redisCallStore } from '@realtime-session/server/calls';
import type { CallStore, IoRedisClient, NodeRedisClient, RedisClient } from '@realtime-session/server/calls';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { createClient as createClient4 } from 'redis-4';

/** A store whose time is set by the test. */
export interface StoreUnderTest {
  readonly store: CallStore;
  readonly advance: (ms: number) => Promise<void>;
}

/** Clients of one Redis. */
export interface RedisClients {
  readonly ioredis: Redis;
  readonly nodeRedis: RedisClient;
  readonly nodeRedis4: RedisClient;
  close(): void;
}

export async function connectClients(port: number): Promise<RedisClients> {
  const url = `redis://127.0.0.1:${port}`;
  const ioredis = new Redis(url);
  const nodeRedis = createClient({ url });
  const nodeRedis4 = createClient4({ url });
  nodeRedis.on('error', () => {});
  nodeRedis4.on('error', () => {});
  await Promise.all([nodeRedis.connect(), nodeRedis4.connect()]);
  return {
    ioredis,
    nodeRedis,
    nodeRedis4,
    close: () => {
      ioredis.disconnect();
      nodeRedis.destroy();
      void nodeRedis4.disconnect();
    },
  };
}

/** The start of the clocks. */
const START_MS = 1_800_000_000_000;

export function createMemoryStore(): Promise<StoreUnderTest> {
  let nowMs = START_MS;
  const advance = (ms: number): Promise<void> => {
    nowMs += ms;
    return Promise.resolve();
  };
  return Promise.resolve({ store: memoryCallStore({ nowMs: () => nowMs }), advance });
}

let stores = 0;

/** Creates a store with its own keys, whose script reads the time from a key instead of the clock of Redis. */
export async function createRedisStore(clients: RedisClients, client: RedisClient): Promise<StoreUnderTest> {
  const prefix = `test-${(stores += 1)}`;
  let nowMs = START_MS;
  const setClock = async (): Promise<void> => {
    const [seconds, micros] = [Math.floor(nowMs / 1000), (nowMs % 1000) * 1000];
    await clients.ioredis.multi().del(`{${prefix}}:clock`).rpush(`{${prefix}}:clock`, seconds, micros).exec();
  };
  await setClock();
  return {
    store: redisCallStore(withClockKey(client), { prefix }),
    advance: async (ms) => {
      nowMs += ms;
      await setClock();
    },
  };
}

function withClockKey(client: RedisClient): RedisClient {
  const change = (script: string): string =>
    script.replace("redis.call('TIME')", "redis.call('LRANGE', base .. ':clock', 0, -1)");
  const unknown = (): Promise<never> => Promise.reject(new Error('NOSCRIPT No matching script.'));
  if ('evalSha' in client) {
    const evaluate: NodeRedisClient['eval'] = (script, options) => client.eval(change(script), options);
    return { evalSha: unknown, eval: evaluate };
  }
  const evaluate: IoRedisClient['eval'] = (script, ...args) => client.eval(change(script), ...args);
  return { evalsha: unknown, eval: evaluate };
}
