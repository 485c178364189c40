import { spawn } from 'node:child_process';
import { inspect } from 'node:util';
import { redisCallStore } from '@realtime-session/server/calls';
import type {
  CallStore,
  IoRedisClient,
  RedisCallStoreOptions,
  RedisClient,
} from '@realtime-session/server/calls';
import { Cluster, Redis } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { connectClients } from './support/call-store-kinds.ts';
import type { RedisClients } from './support/call-store-kinds.ts';
import { startRedis } from './support/redis-server.ts';
import type { RedisServer } from './support/redis-server.ts';
import { startSlowProxy } from './support/slow-proxy.ts';
import {
  budgetOf,
  cost,
  idsOf,
  lease,
  otherLease,
  reservation,
  run,
  started,
} from './support/stored-calls.ts';

let redis: RedisServer;
let clients: RedisClients;

beforeAll(async () => {
  redis = await startRedis();
  clients = await connectClients(redis.port);
});
afterAll(async () => {
  redis.thaw();
  clients.close();
  await redis.kill();
});
beforeEach(async () => {
  await clients.ioredis.flushall();
});

/** Every method of a store, once. */
function callEach(store: CallStore): Promise<unknown>[] {
  return [
    store.reserve(reservation('late'), lease),
    store.start('a', started('a'), lease),
    store.read('a'),
    store.touch('a', 1000),
    store.requestEnd({ call: 'a' }, 'revoked'),
    store.finish('a', 'hung-up'),
    store.spend('a', cost('late', 1)),
    store.claim('a', 'late'),
    store.renew(lease, ['a']),
    store.takeOver(otherLease, 5),
    store.due(5),
    store.release(lease.owner),
    store.count(),
  ];
}

async function outcomes(promises: readonly Promise<unknown>[]): Promise<Set<string>> {
  return new Set((await Promise.allSettled(promises)).map(({ status }) => status));
}

/** Passes commands on, and then changes what became of them. */
function withReply(
  client: IoRedisClient,
  change: (reply: Promise<unknown>) => Promise<unknown>,
): RedisClient {
  const wrapped: IoRedisClient = {
    evalsha: (...args) => change(client.evalsha(...args)),
    eval: (...args) => change(client.eval(...args)),
  };
  return wrapped;
}

describe('redisCallStore', () => {
  it.each([{ kind: 'ioredis' }, { kind: 'nodeRedis' }, { kind: 'nodeRedis4' }] as const)(
    'rejects every operation while Redis is frozen, executes none of them later, and recovers ($kind)',
    async ({ kind }) => {
      const store = redisCallStore(clients[kind], { timeoutMs: 1000 });
      await run(store, 'a');
      const before = await store.read('a');
      redis.freeze();
      onTestFinished(() => redis.thaw());
      expect(await outcomes(callEach(store))).toEqual(new Set(['rejected']));
      redis.thaw();
      await expect.poll(() => store.count().catch(() => 'rejected')).toBe(1);
      expect(await store.read('late')).toBeUndefined();
      expect(await store.read('a')).toMatchObject({
        state: 'running',
        usage: before?.usage,
        connected: 'no',
      });
      expect(await store.renew(lease, ['a'])).toEqual({ ending: [], lost: [] });
      expect(await store.claim('a', 'late')).toBe('first');
    },
  );

  it('executes none of the commands that a client queued while Redis was stopped', async () => {
    const own = await startRedis();
    onTestFinished(() => own.kill());
    const client = new Redis({ port: own.port, maxRetriesPerRequest: null, retryStrategy: () => 50 });
    client.on('error', () => {});
    onTestFinished(() => client.disconnect());
    const store = redisCallStore(client, { timeoutMs: 500 });
    await run(store, 'a');
    await own.kill();
    expect(await outcomes(callEach(store))).toEqual(new Set(['rejected']));
    expect(await outcomes([store.reserve(reservation('late'), lease)])).toEqual(new Set(['rejected']));
    await own.start();
    await expect.poll(() => store.count().catch(() => 'rejected'), { timeout: 30_000 }).toBe(0);
    expect(await store.read('late')).toBeUndefined();
    expect(await store.reserve(reservation('b'), lease)).toHaveProperty('kind', 'reserved');
  });

  it('frees the slot of a reservation whose reply was too late', async () => {
    const proxy = await startSlowProxy(redis.port);
    onTestFinished(() => proxy.close());
    const client = new Redis({ port: proxy.port });
    client.on('error', () => {});
    onTestFinished(() => client.disconnect());
    const slow = redisCallStore(client, { timeoutMs: 1000 });
    const direct = redisCallStore(clients.ioredis);
    await slow.count();
    proxy.delayMs = 5000;
    await expect(slow.reserve(reservation('a', { holdMs: 3000 }), lease)).rejects.toThrow('within 1000 ms');
    await expect.poll(() => direct.count(), { timeout: 30_000 }).toBe(0);
    expect((await direct.takeOver(lease, 5)).expired).toEqual(['a']);
  });

  it('reads the clock of Redis', async () => {
    const store = redisCallStore(clients.ioredis);
    const short = { owner: 'process-a', leaseMs: 100 };
    await store.reserve(reservation('a', { maxPerPrincipal: 3 }), short);
    await store.start('a', started('a', { maxDurationMs: 200, connectTimeoutMs: 150 }), short);
    await store.reserve(reservation('b', { maxPerPrincipal: 3, holdMs: 100 }), short);
    const taken: string[] = [];
    const lost: string[] = [];
    const take = async (): Promise<string[]> => {
      const { calls, expired } = await store.takeOver(otherLease, 5);
      taken.push(...idsOf(calls));
      lost.push(...expired);
      return [...taken, ...lost];
    };
    await expect.poll(take).toEqual(['a', 'b']);
    expect(await store.renew(short, ['a'])).toEqual({ ending: [], lost: ['a'] });
    await expect.poll(async () => (await store.due(5)).calls).toMatchObject([{ id: 'a', state: 'running' }]);
  });

  it('continues when Redis has forgotten its scripts', async () => {
    const store = redisCallStore(clients.ioredis);
    await run(store, 'a');
    await clients.ioredis.script('FLUSH');
    expect(await store.count()).toBe(1);
  });

  it('returns a finished call to the next attempt when the reply was lost', async () => {
    let isLost = false;
    const client = withReply(clients.ioredis, async (reply) => {
      const value = await reply;
      if (isLost) throw new Error('Connection is closed.');
      return value;
    });
    const [store, other] = [redisCallStore(client), redisCallStore(clients.ioredis)];
    await run(store, 'a');
    isLost = true;
    await expect(store.finish('a', 'hung-up')).rejects.toThrow('Connection is closed');
    isLost = false;
    expect(await other.finish('a', 'hung-up')).toBeUndefined();
    expect(await store.finish('a', 'hung-up')).toMatchObject({ id: 'a', state: 'ended' });
    expect(await store.finish('a', 'hung-up')).toBeUndefined();
  });

  it('keeps commands and their arguments out of its errors', async () => {
    const failure = Object.assign(new Error('ERR out of memory'), {
      command: { name: 'evalsha', args: ['a secret argument'] },
    });
    const store = redisCallStore(withReply(clients.ioredis, () => Promise.reject(failure)));
    const error: unknown = await store.count().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'Redis failed: ERR out of memory' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret');
  });

  it('lets every key expire, the account of a principal with its window', async () => {
    const store = redisCallStore(clients.ioredis);
    await run(store, 'a', { budget: budgetOf(2) });
    await store.spend('a', cost('r', 0.5));
    await store.claim('a', 'c');
    await run(store, 'b', { replace: { kind: 'oldest' }, budget: budgetOf(2) });
    await store.finish('a', 'replaced');
    const ttls = Object.fromEntries(
      await Promise.all(
        (await clients.ioredis.keys('*')).map(async (key) => [key, await clients.ioredis.pttl(key)] as const),
      ),
    );
    const { '{realtime-calls}:spent:ada': account, ...others } = ttls;
    expect(account).toBeGreaterThan(86_000_000);
    expect(Math.min(...Object.values(others))).toBeGreaterThan(0);
    expect(Math.max(...Object.values(others))).toBeLessThanOrEqual(3_600_000 + 600_000);
    expect(ttls['{realtime-calls}:call:a']).toBeLessThanOrEqual(600_000);
  });

  it('keeps calls of different prefixes apart', async () => {
    const [one, two] = [redisCallStore(clients.ioredis), redisCallStore(clients.ioredis, { prefix: 'shop' })];
    await run(one, 'a');
    expect([await one.count(), await two.count(), await two.read('a')]).toEqual([1, 0, undefined]);
  });

  it('works on a cluster', async () => {
    const port = await startCluster();
    const ioredis = new Cluster([{ host: '127.0.0.1', port }]);
    onTestFinished(() => ioredis.disconnect());
    const nodeRedis = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
    nodeRedis.on('error', () => {});
    await nodeRedis.connect();
    onTestFinished(() => nodeRedis.destroy());
    const [one, two] = [redisCallStore(ioredis), redisCallStore(nodeRedis)];
    await run(one, 'a', { budget: budgetOf(2) });
    await two.spend('a', cost('r', 0.5));
    expect(await one.finish('a', 'hung-up')).toHaveProperty('usage.cost', 0.5);
    expect(await two.count()).toBe(0);
  });

  it.each([
    [{ prefix: 'a b' }, 'prefix'],
    [{ prefix: '{x}' }, 'prefix'],
    [{ prefix: '' }, 'prefix'],
    [{ timeoutMs: 50 }, 'timeoutMs'],
    [{ timeoutMs: 2001 }, 'timeoutMs'],
    [{ timeout: 1 }, 'timeoutMs'],
  ])('throws for the options %j', (options, name) => {
    expect(() => redisCallStore(clients.ioredis, options as RedisCallStoreOptions)).toThrow(name);
  });

  it('throws for another kind of client', () => {
    expect(() => redisCallStore({} as RedisClient)).toThrow('ioredis');
  });
});

/** Starts a cluster of one node. */
async function startCluster(): Promise<number> {
  const port = await freePort();
  const bus = await freePort();
  const settings = [
    '--port',
    port,
    '--cluster-port',
    bus,
    '--cluster-enabled',
    'yes',
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const nodes = [
    '--cluster-announce-ip',
    '127.0.0.1',
    '--cluster-config-file',
    `/tmp/nodes-${port}.conf`,
    '--bind',
    '127.0.0.1',
  ];
  const child = spawn('redis-server', [...settings.map(String), ...nodes], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const client = new Redis({ port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await expect.poll(() => client.call('CLUSTER', 'INFO'), { timeout: 30_000 }).toContain('cluster_state:ok');
  client.disconnect();
  return port;
}
