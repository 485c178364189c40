import type { CallStore, Reservation } from '@realtime-session/server/calls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClients, createMemoryStore, createRedisStore } from './support/call-store-kinds.ts';
import type { RedisClients, StoreUnderTest } from './support/call-store-kinds.ts';
import { startRedis } from './support/redis-server.ts';
import type { RedisServer } from './support/redis-server.ts';
import { reservation, started } from './support/stored-calls.ts';

/** Other seeds and longer runs: `FUZZ_SEED=7 FUZZ_SCALE=20 npx vitest run --project integration test/server/call-store-properties.test.ts`. */
const { FUZZ_SEED = '20261126', FUZZ_SCALE = '1' } = process.env;
const options = { seed: Number(FUZZ_SEED), numRuns: 60 * Number(FUZZ_SCALE) };

/** One command, for both stores. */
interface Command {
  readonly name: string;
  readonly run: (underTest: StoreUnderTest) => Promise<unknown>;
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const principal = fc.constantFrom('ada', 'bo', 'c:y');
const lease = fc.record({ owner: fc.constantFrom('p1', 'p2'), leaseMs: fc.constantFrom(5000, 15_000) });
const maybeLease = fc.option(lease, { nil: undefined, freq: 5 });
const key = fc.constantFrom('k1', 'k2', 'k3', 'k4');
const amount = fc.constantFrom(0, 0.1, 0.25, 0.7, 1, 3.3);
const reason = fc.constantFrom('hung-up', 'idle', 'budget', 'upstream' as const);
const limit = fc.integer({ min: 1, max: 4 });

const replace: fc.Arbitrary<Reservation['replace']> = fc.oneof(
  fc.constantFrom({ kind: 'none' as const }, { kind: 'oldest' as const }),
  id.map((name) => ({ kind: 'call' as const, id: name })),
);
const perPrincipal = fc.record({
  max: fc.constantFrom(0.5, 2, 5),
  windowMs: fc.constantFrom(60_000, 600_000),
});
const budget = fc.record({
  perCall: fc.constantFrom(0.5, 1, Infinity),
  perPrincipal: fc.option(perPrincipal, { nil: undefined }),
});

function command<A extends unknown[]>(
  name: string,
  args: { readonly [K in keyof A]: fc.Arbitrary<A[K]> },
  run: (store: CallStore, ...args: A) => Promise<unknown>,
): fc.Arbitrary<Command> {
  return fc.tuple<A>(...args).map((given) => ({
    name: `${name}(${JSON.stringify(given)})`,
    run: ({ store }: StoreUnderTest) => run(store, ...given),
  }));
}

const reserve = command(
  'reserve',
  [
    fc.record({
      id,
      principal,
      maxPerPrincipal: fc.integer({ min: 1, max: 3 }),
      maxTotal: fc.constantFrom(2, 4, Infinity),
      replace,
      budget: fc.option(budget, { nil: undefined }),
      holdMs: fc.constantFrom(10_000, 40_000),
    }),
    maybeLease,
  ],
  // The id of a call may be taken; both stores reject then.
  (store, change, owner) => store.reserve(reservation(change.id, change), owner).catch(() => 'rejected'),
);
const start = command(
  'start',
  [
    id,
    fc.record({
      model: fc.constantFrom('m', undefined),
      maxDurationMs: fc.constantFrom(30_000, 600_000),
      capMs: fc.constantFrom(600_000, 3_600_000),
      connectTimeoutMs: fc.constantFrom(20_000, 60_000, undefined),
      heartbeatTimeoutMs: fc.constantFrom(60_000, undefined),
    }),
    maybeLease,
  ],
  (store, name, change, owner) => store.start(name, started(name, change), owner),
);
const touch = command('touch', [id, fc.constantFrom(10_000, 60_000, undefined)], (store, ...args) =>
  store.touch(...args),
);
const read = command('read', [id], (store, name) => store.read(name));
const endCall = command('requestEnd', [id, reason], (store, call, why) => store.requestEnd({ call }, why));
const endAll = command('requestEnd', [principal, reason], (store, name, why) =>
  store.requestEnd({ principal: name }, why),
);
const finish = command('finish', [id, reason], (store, ...args) => store.finish(...args));
const spend = command('spend', [id, key, amount], (store, name, what, cost) =>
  store.spend(name, { key: what, cost, inputTokens: 7, outputTokens: 3 }),
);
const claim = command('claim', [id, key], (store, ...args) => store.claim(...args));
const renew = command('renew', [lease, fc.uniqueArray(id)], (store, ...args) => store.renew(...args));
const takeOver = command('takeOver', [lease, limit], async (store, ...args) =>
  sorted(await store.takeOver(...args)),
);
const due = command('due', [limit], async (store, ...args) => sorted(await store.due(...args)));
const release = command('release', [fc.constantFrom('p1', 'p2')], (store, owner) => store.release(owner));
const count = command('count', [fc.option(principal, { nil: undefined })], (store, name) =>
  store.count(name === undefined ? undefined : { principal: name }),
);
const advance: fc.Arbitrary<Command> = fc
  .constantFrom(1, 1000, 5000, 20_000, 20_000, 60_000, 600_000, 4_000_000)
  .map((ms) => ({ name: `advance(${ms})`, run: (underTest) => underTest.advance(ms) }));

/** The order of expired reservations is not defined. Ids occur again only in this test. */
function sorted<T extends { readonly expired: readonly string[] }>(result: T): T {
  return { ...result, expired: [...new Set(result.expired)].sort() };
}

const commands = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: reserve },
    { weight: 6, arbitrary: start },
    { weight: 3, arbitrary: advance },
    { weight: 3, arbitrary: spend },
    { weight: 3, arbitrary: finish },
    { weight: 2, arbitrary: endCall },
    fc.oneof(touch, read, endAll, claim, renew, takeOver, due, release, count),
    { weight: 4, arbitrary: fc.oneof(touch, renew, takeOver, due) },
  ),
  { minLength: 20, maxLength: 120, size: 'max' },
);

async function runAll(underTest: StoreUnderTest, list: readonly Command[]): Promise<unknown[]> {
  const log = [];
  for (const one of list) log.push([one.name, await one.run(underTest)]);
  return log;
}

/** Ends everything, then counts. */
async function finishAll({ store }: StoreUnderTest): Promise<unknown> {
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await store.finish(name, 'shutdown');
  return Promise.all([
    store.count(),
    ...['ada', 'bo', 'c:y'].map((name) => store.count({ principal: name })),
  ]);
}

describe('call stores', () => {
  let redis: RedisServer;
  let clients: RedisClients;

  beforeAll(async () => {
    redis = await startRedis();
    clients = await connectClients(redis.port);
  });
  afterAll(async () => {
    clients.close();
    await redis.kill();
  });

  it('give equal results for equal commands, free every slot, and leave no key that stays', async () => {
    const property = fc.asyncProperty(commands, async (list) => {
      const inMemory = await createMemoryStore();
      const inRedis = await createRedisStore(clients, clients.ioredis);
      expect(await runAll(inRedis, list)).toEqual(await runAll(inMemory, list));
      expect([await finishAll(inRedis), await finishAll(inMemory)]).toEqual([
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ]);
      const keys = (await clients.ioredis.keys('*')).filter((name) => !name.endsWith(':clock'));
      const ttls = await Promise.all(keys.map((name) => clients.ioredis.pttl(name)));
      expect(ttls.filter((ttl) => ttl < 0 || ttl > 3_600_000 + 600_000)).toEqual([]);
      await clients.ioredis.flushall();
    });
    await fc.assert(property, options);
  });
});
