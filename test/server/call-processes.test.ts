import { setTimeout as sleep } from 'node:timers/promises';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { EmulatedCall, RealtimeEmulator } from '@realtime-session/emulator';
import { redisCallStore } from '@realtime-session/server/calls';
import type { CallLimits, CallStore } from '@realtime-session/server/calls';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { startCrowd } from './support/call-crowd.ts';
import type { Crowd, CrowdCall } from './support/call-crowd.ts';
import { billedUnits, newestCall, OFFER_TEXT, request, say, waitFor } from './support/call-page.ts';
import { startCallProcess } from './support/call-process.ts';
import type { CallProcess, CallProcessOptions, ProcessEvent } from './support/call-process.ts';
import { compileWorker } from './support/compile.ts';
import { createRandom } from './support/random.ts';
import { startRedis } from './support/redis-server.ts';
import type { RedisServer } from './support/redis-server.ts';
import { startSlowProxy } from './support/slow-proxy.ts';

/** `pnpm fuzz:call-processes --calls 5000 --seed 7` runs longer, with other random numbers. */
const { CALLS = '100', SEED = '20261126' } = process.env;
const MAX_CALLS = Number(CALLS);

const INSTRUCTIONS = 'Instructions that no store contains.';

/** A call is ended at most this long after its deadline while a process lives, and a loaded machine is late itself. */
const END_BOUND_MS = 20_000;
const MACHINE_MS = 5000;

/** Time in which a process stores the last usage of a call. */
const STORING_MS = 1000;

interface World {
  readonly test: TestContext;
  readonly emulator: RealtimeEmulator;
  readonly server: RedisServer;
  /** Connected to the server directly. */
  readonly redis: Redis;
  readonly store: CallStore;
  readonly options: CallProcessOptions;
}

type Api = CallProcessOptions['api'];

const apis = ['realtime', 'live'] as const;

let script: string;

async function createWorld(api: Api, test: TestContext, callLimits: CallLimits): Promise<World> {
  const { onTestFinished } = test;
  const live = { reflectedAudio: 'off', maxConcurrent: 1000 } as const;
  const emulator = await createRealtimeEmulator({ media: 'none', responsePaceMs: 0, live });
  onTestFinished(() => emulator.close());
  const server = await startRedis();
  onTestFinished(() => server.kill());
  const redisUrl = `redis://127.0.0.1:${server.port}`;
  const redis = new Redis(redisUrl);
  redis.on('error', () => {});
  onTestFinished(() => redis.disconnect());
  const { url: emulatorUrl, apiKey } = emulator;
  const options = {
    api,
    redisUrl,
    emulatorUrl,
    apiKey,
    instructions: INSTRUCTIONS,
    callLimits,
    timeoutMs: 10_000,
  };
  return { test, emulator, server, redis, store: redisCallStore(redis), options };
}

async function start(
  { test, options: defaults }: World,
  change: Partial<CallProcessOptions> = {},
): Promise<CallProcess> {
  const options = { ...defaults, ...change };
  const started = await startCallProcess(script, options);
  test.onTestFinished(() => started.kill());
  return started;
}

function eventsOf(processes: readonly CallProcess[], type: string): ProcessEvent[] {
  return processes.flatMap(({ events }) => events.filter((event) => event.type === type));
}

/** Opens a call of a user and connects its page. */
async function openCall(
  { emulator, test: { expect } }: World,
  origin: string,
  user: string,
): Promise<{ id: string; upstream: EmulatedCall }> {
  const before = new Set(emulator.calls().map(({ id }) => id));
  let created = await request(origin, { method: 'POST', user });
  // On an overloaded machine, Redis may respond too late, which correctly causes a 503.
  for (let attempt = 1; created.status === 503 && attempt < 20; attempt += 1) {
    created = await request(origin, { method: 'POST', user });
  }
  const { id = '', status } = created;
  expect(status).toBe(201);
  const upstream = newestCall(emulator, before)!;
  upstream.connect();
  await request(origin, { method: 'PUT', user, call: id });
  await expect.poll(() => upstream.sidebands).toBe(1);
  return { id, upstream };
}

async function dump(redis: Redis): Promise<string> {
  const keys = await redis.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await redis.type(key);
      if (type === 'hash') return redis.hgetall(key);
      if (type === 'zset') return redis.zrange(key, '0', '-1');
      return type === 'set' ? redis.smembers(key) : redis.lrange(key, 0, -1);
    }),
  );
  return JSON.stringify([keys, values]);
}

beforeAll(async () => {
  script = await compileWorker('call-process');
});

describe.each(apis)('calls of several processes over %s', (api) => {
  it(`keeps slots, ends and spend exact for ${CALLS} calls while processes are killed`, async (test) => {
    const { expect, onTestFinished } = test;
    const maxDurationMs = 4000;
    const world = await createWorld(api, test, { maxDurationMs });
    const { redis, store, emulator } = world;
    const random = createRandom(Number(SEED));
    const crowd = await startCrowd({ ...world, script, random });
    onTestFinished(() => crowd.stop());
    const users = Array.from({ length: 40 }, (_, n) => `user-${n}`);
    const calling = Promise.all(users.map((user) => crowd.callAgain(user, MAX_CALLS)));
    await killAtRandom(crowd);
    await calling;
    const text = await dump(redis);

    const stored = (id: string): boolean => [...crowd.stored.values()].includes(id);
    const known = (): readonly EmulatedCall[] => emulator.calls().filter(({ id }) => stored(id));
    await waitFor(() => known().every(({ state }) => state === 'closed'), 60_000);
    await waitFor(async () => (await store.count()) === 0, 60_000);
    // Nothing stays behind.
    expect([await store.count(), await redis.scard('{realtime-calls}:covered')]).toEqual([0, 0]);
    for (const secret of [INSTRUCTIONS, OFFER_TEXT, emulator.apiKey, 'user-1'])
      expect(text).not.toContain(secret);

    // A call that was not stored, because its creator was killed, is reported and lives on.
    const lost = emulator.calls().filter(({ id }) => !stored(id));
    const reports = () => eventsOf(crowd.processes, 'call-lost').length;
    await waitFor(() => reports() >= lost.length, 30_000);
    expect(lost.length).toBeGreaterThan(0);
    // A process that is killed while it reports takes the report along.
    expect(reports()).toBeGreaterThanOrEqual(lost.length - 1);
    expect(crowd.calls.length).toBeGreaterThanOrEqual(MAX_CALLS);

    expectSlots(crowd, new Set(lost.map(({ id }) => id)));
    const late = known().filter(
      ({ createdAtMs, closedAtMs = Infinity }) =>
        closedAtMs - createdAtMs > maxDurationMs + END_BOUND_MS + MACHINE_MS,
    );
    expect(late).toEqual([]);
    await expectSpend(crowd, world);
    expectEvents(crowd);
  });
});

describe.concurrent.each(apis)('a call of several processes over %s', (api) => {
  it('takes a call over, and counts what was used meanwhile as a gap', async (test) => {
    const { expect } = test;
    const world = await createWorld(api, test, { maxDurationMs: 120_000 });
    const [first, second] = await Promise.all([start(world), start(world)]);
    const { id, upstream } = await openCall(world, first.origin, 'ada');
    await say(upstream, 'Counted.');
    const counted = billedUnits(upstream);
    await expect.poll(async () => (await world.store.read(id))?.usage.cost).toBe(counted);

    await first.kill();
    await expect.poll(() => upstream.sidebands).toBe(0);
    await say(upstream, 'Not counted.');
    const gap = billedUnits(upstream) - counted;
    const resumed = () => eventsOf([second], 'call-resumed');
    await expect.poll(resumed, { timeout: 60_000 }).toMatchObject([{ call: id }]);
    await expect.poll(() => upstream.sidebands).toBe(1);
    await expect.poll(() => eventsOf([second], 'usage-gap')).toHaveLength(1);
    expect(eventsOf([second], 'usage-gap')[0]?.['durationMs']).toBeGreaterThan(0);
    expect(eventsOf([second], 'on-call')).toMatchObject([{ call: id, resumed: 'yes' }]);

    await say(upstream, 'Counted again.');
    expect((await request(second.origin, { method: 'DELETE', user: 'ada', call: id })).status).toBe(204);
    expect(upstream).toMatchObject({ state: 'closed', closedBy: 'hangup' });
    const ended = await world.store.read(id);
    expect(ended).toMatchObject({ state: 'ended', endReason: 'hung-up' });
    // On Live, the time of the gap is known at the end.
    expect(gap > 0).toBe(api === 'realtime');
    expect(ended?.usage.cost).toBeCloseTo(billedUnits(upstream) - gap, 6);
  });

  it('reports a call whose creator was killed before it was stored, and frees its slot', async (test) => {
    const { expect } = test;
    const world = await createWorld(api, test, {
      maxDurationMs: 120_000,
      connectTimeoutMs: 1000,
      maxConcurrentTotal: 1,
    });
    // Long enough for the provider to answer on a loaded machine, and short enough to wait for.
    const options = { timeoutMs: 5000 };
    const [first, second] = await Promise.all([start(world, options), start(world, options)]);
    first.send('die-after-create');
    expect((await request(first.origin, { method: 'POST', user: 'ada' })).status).toBe(0);
    expect(world.emulator.calls()).toMatchObject([{ state: 'created' }]);
    expect((await request(second.origin, { method: 'POST', user: 'bo' })).code).toBe('too_many_calls');
    const lost = () => eventsOf([second], 'call-lost');
    await expect.poll(lost, { timeout: 60_000 }).toMatchObject([{ because: 'creator-lost' }]);
    await openCall(world, second.origin, 'bo');
    expect(world.emulator.calls()).toHaveLength(2);
  });

  it('hands calls over when a process is closed', async (test) => {
    const { expect } = test;
    const world = await createWorld(api, test, { maxDurationMs: 120_000 });
    const [first, second] = await Promise.all([start(world), start(world)]);
    const { id, upstream } = await openCall(world, first.origin, 'ada');
    await say(upstream, 'Counted.');
    first.send('close');
    await first.ended();
    const resumed = () => eventsOf([second], 'call-resumed');
    await expect.poll(resumed, { timeout: 60_000 }).toMatchObject([{ call: id }]);
    expect(upstream.state).toBe('active');
    await expect.poll(() => upstream.sidebands).toBe(1);
    await say(upstream, 'Counted.');
    await request(second.origin, { method: 'DELETE', user: 'ada', call: id });
    expect((await world.store.read(id))?.usage.cost).toBeCloseTo(billedUnits(upstream), 6);
  });

  it('refuses new calls and ends running ones while Redis is frozen, slow or stopped, and recovers', async (test) => {
    const { expect, onTestFinished } = test;
    const world = await createWorld(api, test, { maxDurationMs: 15_000, connectTimeoutMs: 10_000 });
    const proxy = await startSlowProxy(world.server.port);
    onTestFinished(() => proxy.close());
    const one = await start(world, { redisUrl: `redis://127.0.0.1:${proxy.port}` });
    const post = (user: string) => request(one.origin, { method: 'POST', user });
    const refused = { status: 503, code: 'store_unavailable' };
    let users = 0;
    const recover = async (): Promise<{ id: string; upstream: EmulatedCall }> => {
      await expect.poll(() => world.redis.ping().catch(() => 'down'), { timeout: 60_000 }).toBe('PONG');
      const probe = async () =>
        (await request(one.origin, { method: 'PUT', user: 'x', call: 'A'.repeat(22) })).status;
      await expect.poll(probe, { timeout: 60_000 }).toBe(404);
      return openCall(world, one.origin, `user-${(users += 1)}`);
    };
    const running = await openCall(world, one.origin, 'ada');

    world.server.freeze();
    expect(await post('frozen')).toMatchObject(refused);
    expect(await request(one.origin, { method: 'PUT', user: 'ada', call: running.id })).toMatchObject(
      refused,
    );
    world.server.thaw();
    const afterFreeze = await recover();

    proxy.delayMs = 3000;
    expect(await post('slow')).toMatchObject(refused);
    proxy.delayMs = 0;
    await recover();

    await world.server.kill();
    expect(await post('stopped')).toMatchObject(refused);
    // The deadline passes while there is no store.
    await expect.poll(() => running.upstream.state, { timeout: 60_000 }).toBe('closed');
    await expect.poll(() => afterFreeze.upstream.state, { timeout: 60_000 }).toBe('closed');
    expect(world.emulator.calls()).toHaveLength(3);
    await world.server.start();
    await recover();
    // The store has forgotten the calls of before, which end in time all the same.
    const states = () => new Set(world.emulator.calls().map(({ state }) => state));
    await expect.poll(states, { timeout: 60_000 }).toEqual(new Set(['closed']));
    await expect.poll(() => world.store.count(), { timeout: 60_000 }).toBe(0);
  });
});

/** Kills a process after every 25 calls, sometimes in the middle of a creation. */
async function killAtRandom(crowd: Crowd): Promise<void> {
  for (let made = 15; made < MAX_CALLS; made += 25) {
    await waitFor(() => crowd.calls.length >= made, 60_000);
    await sleep(crowd.random.below(1000));
    await crowd.replaceOne(made === 15 || crowd.random.below(4) === 0 ? 'die-after-create' : 'kill');
  }
}

/** At no moment had a user two calls, or all of them more than 40. */
function expectSlots({ emulator, samples }: Crowd, lost: ReadonlySet<string>): void {
  expect(samples.length).toBeGreaterThan(20);
  for (const ids of samples) {
    const live = ids.filter((id) => !lost.has(id));
    const users = live.map((id) => emulator.call(id)?.safetyIdentifier);
    expect(new Set(users).size).toBe(users.length);
    expect(live.length).toBeLessThanOrEqual(40);
  }
}

async function expectSpend({ calls, processes }: Crowd, { store, redis }: World): Promise<void> {
  const resumed = new Set(eventsOf(processes, 'call-resumed').map((event) => event['call']));
  const gaps = new Set(eventsOf(processes, 'usage-gap').map((event) => event['call']));
  // A process that is killed loses what it has received and not stored yet, and its reports.
  const outlived = ({ creator, upstream: { closedAtMs = Infinity } }: CrowdCall): boolean =>
    (creator.endedAtMs() ?? Infinity) > closedAtMs + STORING_MS;
  const isExact = (call: CrowdCall): boolean => outlived(call) && !resumed.has(call.id) && !gaps.has(call.id);
  let exact = 0;
  for (const call of calls) {
    const counted = (await store.read(call.id))?.usage.cost ?? Number.NaN;
    const billed = billedUnits(call.upstream);
    expect(counted).toBeLessThanOrEqual(billed + 1e-6);
    if (!isExact(call)) continue;
    exact += 1;
    const detail = JSON.stringify([
      call.upstream,
      call.creator.events.filter((event) => event['call'] === call.id),
    ]);
    expect(counted, detail).toBeCloseTo(billed, 6);
  }
  // How many calls are taken over or have a gap depends on how busy the machine is.
  expect(exact).toBeGreaterThan(calls.length / 20);
  // The accounts of the users contain each cost once.
  const sum = async (pattern: string, field: string): Promise<number> => {
    const values = await Promise.all((await redis.keys(pattern)).map((key) => redis.hget(key, field)));
    return values.reduce((total, value) => total + Number(value ?? 0), 0);
  };
  expect(await sum('*:spent:*', 'spent')).toBe(await sum('*:call:*', 'cost'));
}

/** Each call ended once, as far as its process lived to report it. */
function expectEvents({ processes, calls }: Crowd): void {
  const ended = eventsOf(processes, 'call-ended').map((event) => event['call']);
  expect(new Set(ended).size).toBe(ended.length);
  expect(ended.length).toBeGreaterThan(calls.length * 0.9);
}
