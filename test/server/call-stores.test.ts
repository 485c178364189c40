import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectClients, createMemoryStore, createRedisStore } from './support/call-store-kinds.ts';
import type { RedisClients, StoreUnderTest } from './support/call-store-kinds.ts';
import { startRedis } from './support/redis-server.ts';
import type { RedisServer } from './support/redis-server.ts';
import {
  budgetOf,
  cost,
  idsOf,
  lease,
  otherLease,
  reservation,
  run,
  started,
  stateOf,
} from './support/stored-calls.ts';

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

describe.each([
  { kind: 'memory', create: createMemoryStore },
  { kind: 'ioredis', create: () => createRedisStore(clients, clients.ioredis) },
  { kind: 'redis 6', create: () => createRedisStore(clients, clients.nodeRedis) },
  { kind: 'redis 4', create: () => createRedisStore(clients, clients.nodeRedis4) },
])('a call store ($kind)', ({ create }) => {
  let store: StoreUnderTest['store'];
  let advance: StoreUnderTest['advance'];

  beforeEach(async () => {
    ({ store, advance } = await create());
  });

  describe('slots', () => {
    it('reserves a call and shows it', async () => {
      expect(await store.reserve(reservation('a'), lease)).toEqual({
        kind: 'reserved',
        budget: undefined,
        predecessors: [],
      });
      expect(await store.read('a')).toEqual({
        id: 'a',
        principal: 'ada',
        state: 'reserved',
        upstreamId: undefined,
        keyId: undefined,
        model: undefined,
        ageMs: 0,
        endsInMs: 30_000,
        capInMs: 30_000,
        expectedInMs: undefined,
        connected: 'no',
        heartbeat: 'none',
        endReason: undefined,
        usage: { cost: 0, inputTokens: 0, outputTokens: 0 },
        budget: undefined,
        memo: '',
      });
    });

    it('knows no other ids', async () => {
      await run(store, 'a');
      for (const id of ['b', '', 'a:keys', 'x'.repeat(5000), 'ä', 'a\n']) {
        expect(await store.read(id)).toBeUndefined();
        expect(await store.touch(id, 1000)).toBeUndefined();
        expect(await store.finish(id, 'hung-up')).toBeUndefined();
        expect(await store.requestEnd({ call: id }, 'revoked')).toEqual([]);
      }
      expect(await store.spend('b', cost('r', 1))).toBeUndefined();
      expect(await store.claim('b', 'f')).toBe('repeated');
      expect(await store.start('b', started('b'), lease)).toBe('gone');
      expect(await stateOf(store, 'a')).toBe('running');
    });

    it('gives exactly as many slots as allowed to concurrent reservations', async () => {
      const reserve = (n: number) =>
        store.reserve(
          reservation(`c${n}`, { principal: `p${n % 5}`, maxPerPrincipal: 3, maxTotal: 11 }),
          lease,
        );
      const results = await Promise.all(Array.from({ length: 100 }, (_, n) => reserve(n)));
      expect(results.filter(({ kind }) => kind === 'reserved')).toHaveLength(11);
      expect(await store.count()).toBe(11);
      const counts = await Promise.all([0, 1, 2, 3, 4].map((n) => store.count({ principal: `p${n}` })));
      expect(Math.max(...counts)).toBe(3);
    });

    it('refuses a call above the limit of its principal until the first must end', async () => {
      await run(store, 'a');
      await advance(100_000);
      expect(await store.reserve(reservation('b'), lease)).toEqual({
        kind: 'full',
        because: 'principal',
        retryAfterMs: 500_000,
      });
      expect(await store.read('b')).toBeUndefined();
      expect(await store.reserve(reservation('c', { principal: 'bo' }), lease)).toHaveProperty(
        'kind',
        'reserved',
      );
    });

    it('refuses a call above the limit of all principals until the first must end', async () => {
      await run(store, 'a', { maxTotal: 2 });
      await advance(100_000);
      await run(store, 'b', { principal: 'bo', maxTotal: 2 });
      expect(await store.reserve(reservation('c', { principal: 'cy', maxTotal: 2 }), lease)).toEqual({
        kind: 'full',
        because: 'total',
        retryAfterMs: 500_000,
      });
    });

    it('refuses with `ending` while a call of the same principal is ending', async () => {
      await run(store, 'a', { maxTotal: 1 });
      await store.requestEnd({ call: 'a' }, 'hung-up');
      const full = { kind: 'full', because: 'ending', retryAfterMs: 1000 };
      expect(await store.reserve(reservation('b'), lease)).toEqual(full);
      expect(await store.reserve(reservation('b', { maxPerPrincipal: 2, maxTotal: 1 }), lease)).toEqual(full);
      await store.finish('a', 'hung-up');
      expect(await store.reserve(reservation('b'), lease)).toHaveProperty('kind', 'reserved');
    });

    it('frees a slot once', async () => {
      await run(store, 'a');
      const ends = await Promise.all(Array.from({ length: 10 }, () => store.finish('a', 'hung-up')));
      expect(ends.filter((call) => call !== undefined)).toHaveLength(1);
      expect(await store.count()).toBe(0);
    });

    it('repeats a reservation whose reply was lost', async () => {
      await run(store, 'p', { maxPerPrincipal: 1 });
      const again = reservation('a', { replace: { kind: 'oldest' }, budget: budgetOf(2) });
      const first = await store.reserve(again, lease);
      expect(await store.reserve(again, lease)).toEqual(first);
      expect(await store.count()).toBe(1);
    });

    it('rejects a reservation with the id of a call', async () => {
      await run(store, 'a');
      await expect(store.reserve(reservation('a', { principal: 'eve' }), lease)).rejects.toThrow('taken');
      await store.finish('a', 'hung-up');
      await expect(store.reserve(reservation('a'), lease)).rejects.toThrow('taken');
    });

    it('frees the slot of a reservation that is neither started nor finished', async () => {
      await store.reserve(reservation('a', { budget: budgetOf(1) }), lease);
      await advance(29_999);
      expect(await store.count()).toBe(1);
      await advance(1);
      expect(await store.count({ principal: 'ada' })).toBe(0);
      expect(await store.read('a')).toBeUndefined();
      expect(await store.start('a', started('a'), lease)).toBe('gone');
      expect(await store.reserve(reservation('b', { budget: budgetOf(1) }), lease)).toHaveProperty(
        'budget',
        1,
      );
    });

    it('reports each expired reservation once', async () => {
      await store.reserve(reservation('a', { maxPerPrincipal: 3 }), lease);
      await store.reserve(reservation('b', { maxPerPrincipal: 3 }), lease);
      await advance(30_000);
      const takers = await Promise.all([store.due(10), store.takeOver(otherLease, 10), store.due(10)]);
      expect(takers.flatMap(({ expired }) => expired).sort()).toEqual(['a', 'b']);
      expect(takers.flatMap(({ calls }) => calls)).toEqual([]);
    });
  });

  describe('replaced calls', () => {
    it('passes the slot of a named call on, and counts both as one until it has ended', async () => {
      await run(store, 'a', { maxTotal: 1 });
      const result = await store.reserve(
        reservation('b', { maxTotal: 1, replace: { kind: 'call', id: 'a' } }),
        lease,
      );
      expect(result).toHaveProperty('predecessors.0', await store.read('a'));
      expect(await store.read('a')).toMatchObject({ state: 'ending', endReason: 'replaced' });
      expect(await store.count()).toBe(1);
      expect(await store.finish('a', 'upstream')).toHaveProperty('endReason', 'replaced');
      expect(await store.count()).toBe(1);
      await store.finish('b', 'hung-up');
      expect(await store.count()).toBe(0);
    });

    it('counts a predecessor when its successor fails first', async () => {
      await run(store, 'a');
      await store.reserve(reservation('b', { replace: { kind: 'call', id: 'a' } }), lease);
      await store.finish('b', 'upstream');
      expect(await store.count()).toBe(1);
      expect(await store.reserve(reservation('c'), lease)).toHaveProperty('because', 'ending');
      await store.finish('a', 'hung-up');
      expect(await store.count({ principal: 'ada' })).toBe(0);
    });

    it.each([
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'a', 'c'],
      ['b', 'c', 'a'],
    ])('counts a chain of three as one, whatever ends first (%s %s %s)', async (...order) => {
      await run(store, 'a');
      const next = (id: string, before: string) =>
        store.reserve(reservation(id, { replace: { kind: 'call', id: before } }), lease);
      await next('b', 'a');
      // The page names the call that it knows, although that already has a successor.
      expect(await next('c', 'a')).toMatchObject({ predecessors: [{ id: 'a' }, { id: 'b' }] });
      for (const id of order) {
        expect([await store.count(), await store.count({ principal: 'ada' })]).toEqual([1, 1]);
        await store.finish(id, 'hung-up');
      }
      expect([await store.count(), await store.count({ principal: 'ada' })]).toEqual([0, 0]);
    });

    it('follows a call that has ended to its successor', async () => {
      await run(store, 'a');
      await run(store, 'b', { replace: { kind: 'call', id: 'a' } });
      await store.finish('a', 'replaced');
      const result = await store.reserve(reservation('c', { replace: { kind: 'call', id: 'a' } }), lease);
      expect(result).toHaveProperty('predecessors.0.id', 'b');
      expect(await store.count()).toBe(1);
    });

    it('ignores a named call that has ended, is unknown or belongs to someone else', async () => {
      await run(store, 'a');
      await run(store, 'b', { principal: 'bo' });
      await store.finish('b', 'hung-up');
      for (const [principal, id] of [
        ['bo', 'b'],
        ['cy', 'a'],
        ['di', 'a:{x} y'],
      ] as const) {
        const result = await store.reserve(
          reservation(`${principal}-2`, { principal, replace: { kind: 'call', id } }),
          lease,
        );
        expect(result).toHaveProperty('predecessors', []);
      }
      expect(await stateOf(store, 'a')).toBe('running');
    });

    it('replaces the oldest calls, as many as needed', async () => {
      for (const id of ['z', 'y', 'x']) await run(store, id, { maxPerPrincipal: 3 });
      const newest = { maxPerPrincipal: 2, replace: { kind: 'oldest' } } as const;
      const result = await store.reserve(reservation('a', newest), lease);
      expect(result).toMatchObject({ predecessors: [{ id: 'z' }, { id: 'y' }] });
      expect(await store.count()).toBe(3);
      await store.finish('z', 'replaced');
      expect(await store.count()).toBe(2);
      expect(await store.reserve(reservation('b'), lease)).toHaveProperty('because', 'principal');
      await store.finish('y', 'replaced');
      expect(await store.count()).toBe(2);
    });

    it('replaces a call that is already ending before an older one, and keeps its reason', async () => {
      for (const id of ['a', 'b']) await run(store, id, { maxPerPrincipal: 2 });
      await store.requestEnd({ call: 'b' }, 'idle');
      const newest = { maxPerPrincipal: 2, replace: { kind: 'oldest' } } as const;
      expect(await store.reserve(reservation('c', newest), lease)).toMatchObject({
        predecessors: [{ id: 'b', endReason: 'idle' }],
      });
      expect(await stateOf(store, 'a')).toBe('running');
    });

    it('replaces none while there is room', async () => {
      await run(store, 'a', { maxPerPrincipal: 2 });
      const result = await store.reserve(
        reservation('b', { maxPerPrincipal: 2, replace: { kind: 'oldest' } }),
        lease,
      );
      expect(result).toHaveProperty('predecessors', []);
    });

    it('keeps one call of a principal under many concurrent replacements', async () => {
      const reserve = (n: number) =>
        store.reserve(reservation(`c${n}`, { replace: { kind: 'oldest' } }), lease);
      await Promise.all(Array.from({ length: 30 }, (_, n) => reserve(n)));
      expect(await store.count()).toBe(1);
      const running = [];
      for (let n = 0; n < 30; n += 1) if ((await stateOf(store, `c${n}`)) === 'reserved') running.push(n);
      expect(running).toHaveLength(1);
      for (let n = 0; n < 30; n += 1) await store.finish(`c${n}`, 'replaced');
      expect(await store.count()).toBe(0);
    });

    it('frees the chain when reserved predecessors expire', async () => {
      await store.reserve(reservation('a'), lease);
      await advance(10_000);
      await store.reserve(reservation('b', { replace: { kind: 'call', id: 'a' } }), lease);
      await advance(20_000);
      expect(await store.count()).toBe(1);
      expect(await store.start('b', started('b'), lease)).toBe('started');
      expect(await store.count({ principal: 'ada' })).toBe(1);
      expect(await store.due(5)).toEqual({ calls: [], expired: ['a'] });
    });

    it('changes nothing when the budget does not allow the successor', async () => {
      await run(store, 'a', { budget: budgetOf(1) });
      await store.spend('a', cost('r', 1));
      const result = await store.reserve(
        reservation('b', { replace: { kind: 'call', id: 'a' }, budget: budgetOf(1) }),
        lease,
      );
      expect(result).toEqual({ kind: 'budget-exhausted', retryAfterMs: 86_400_000 });
      expect(await stateOf(store, 'a')).toBe('running');
    });
  });

  describe('budgets', () => {
    it('reserves the smaller of the call and what is left of the principal', async () => {
      const several = { maxPerPrincipal: 9, budget: budgetOf(2, 0.8) };
      expect(await store.reserve(reservation('a', several), lease)).toHaveProperty('budget', 0.8);
      expect(await store.reserve(reservation('b', several), lease)).toHaveProperty('budget', 0.8);
      expect(await store.reserve(reservation('c', several), lease)).toHaveProperty('budget', 0.4);
      expect(await store.reserve(reservation('d', several), lease)).toEqual({
        kind: 'budget-exhausted',
        retryAfterMs: 30_000,
      });
      expect(await store.read('c')).toHaveProperty('budget', 0.4);
    });

    it('reserves the budget of the call without one of the principal, and infinity without a limit', async () => {
      const alone = (perCall: number) => ({
        maxPerPrincipal: 9,
        budget: { perCall, perPrincipal: undefined },
      });
      expect(await store.reserve(reservation('a', alone(0.3)), lease)).toHaveProperty('budget', 0.3);
      expect(await store.reserve(reservation('b', alone(Infinity)), lease)).toHaveProperty(
        'budget',
        Infinity,
      );
      expect(await store.spend('b', cost('r', 5))).toHaveProperty('left', Infinity);
    });

    it('counts each key once', async () => {
      await run(store, 'a', { budget: budgetOf(2, 1) });
      const spends = await Promise.all(
        Array.from({ length: 10 }, () => store.spend('a', cost('resp_1', 0.3))),
      );
      expect(spends.filter((spend) => spend?.kind === 'counted')).toHaveLength(1);
      expect(spends[9]).toMatchObject({
        usage: { cost: 0.3, inputTokens: 100, outputTokens: 20 },
        left: 0.7,
      });
      expect(await store.spend('a', cost('resp_2', 0.8))).toEqual({
        kind: 'counted',
        usage: { cost: 1.1, inputTokens: 200, outputTokens: 40 },
        left: -0.1,
      });
    });

    it('keeps keys of spend and claims apart', async () => {
      await run(store, 'a');
      expect(await store.claim('a', 'x')).toBe('first');
      expect(await store.spend('a', cost('x', 1))).toHaveProperty('kind', 'counted');
    });

    it('adds costs without an error of rounding, in any order', async () => {
      await run(store, 'a');
      for (let n = 0; n < 100; n += 1) await store.spend('a', cost(`r${n}`, n % 2 ? 0.1 : 0.000_000_7));
      expect((await store.read('a'))?.usage.cost).toBe(5.000_035);
    });

    it('takes what other calls have reserved from what is left', async () => {
      await run(store, 'a', { maxPerPrincipal: 2, budget: budgetOf(2, 1.5) });
      await run(store, 'b', { maxPerPrincipal: 2, budget: budgetOf(2, 1.5) });
      expect(await store.spend('b', cost('r', 0.7))).toHaveProperty('left', -0.2);
      // The overshoot of the one call leaves less to the other.
      expect(await store.spend('a', cost('r', 0.4))).toHaveProperty('left', 0.9);
    });

    it('frees what a call has not spent when it has ended', async () => {
      await run(store, 'a', { budget: budgetOf(2) });
      await store.spend('a', cost('r', 0.5));
      await store.finish('a', 'hung-up');
      expect(await store.reserve(reservation('b', { budget: budgetOf(2) }), lease)).toHaveProperty(
        'budget',
        1.5,
      );
    });

    it('hands what a replaced call has not spent to its successor', async () => {
      await run(store, 'a', { budget: budgetOf(2) });
      await store.spend('a', cost('r', 0.5));
      const successor = reservation('b', { budget: budgetOf(2), replace: { kind: 'call', id: 'a' } });
      expect(await store.reserve(successor, lease)).toHaveProperty('budget', 1.5);
      // What the ending call still used is missing.
      await store.spend('a', cost('late', 0.2));
      expect(await store.spend('b', cost('r', 0.1))).toHaveProperty('left', 1.2);
    });

    it('starts a new window after the first one has ended', async () => {
      await run(store, 'a', { budget: budgetOf(1), maxPerPrincipal: 2 });
      await advance(1000);
      await store.spend('a', cost('r1', 0.6));
      await store.finish('a', 'hung-up');
      await advance(86_399_999);
      expect(await store.reserve(reservation('b', { budget: budgetOf(1) }), lease)).toHaveProperty(
        'budget',
        0.4,
      );
      await store.finish('b', 'hung-up');
      await advance(1);
      expect(await store.reserve(reservation('c', { budget: budgetOf(1) }), lease)).toHaveProperty(
        'budget',
        1,
      );
    });

    it('waits for the window when the budget is spent', async () => {
      await run(store, 'a', { budget: budgetOf(1) });
      await store.spend('a', cost('r', 1.5));
      await store.finish('a', 'budget');
      await advance(400_000);
      expect(await store.reserve(reservation('b', { budget: budgetOf(1) }), lease)).toEqual({
        kind: 'budget-exhausted',
        retryAfterMs: 86_000_000,
      });
    });

    it('counts what a call used for ten minutes after its end', async () => {
      await run(store, 'a', { budget: budgetOf(2) });
      await store.finish('a', 'hung-up');
      await advance(599_999);
      expect(await store.spend('a', cost('late', 0.5))).toMatchObject({ kind: 'counted', left: 1.5 });
      expect(await store.spend('a', cost('late', 0.5))).toHaveProperty('kind', 'counted-before');
      expect(await store.read('a')).toMatchObject({ usage: { cost: 0.5 } });
      await advance(1);
      expect(await store.spend('a', cost('later', 0.5))).toBeUndefined();
      expect(await store.reserve(reservation('b', { budget: budgetOf(2) }), lease)).toHaveProperty(
        'budget',
        1.5,
      );
    });

    it('counts what a reservation used', async () => {
      await store.reserve(reservation('a', { budget: budgetOf(2) }), lease);
      expect(await store.spend('a', cost('minimum', 0.0125))).toHaveProperty('usage.cost', 0.0125);
    });
  });

  describe('the life of a call', () => {
    it('starts a call with its deadlines', async () => {
      await run(store, 'a', { budget: budgetOf(2, 1) });
      await advance(5000);
      expect(await store.read('a')).toEqual({
        id: 'a',
        principal: 'ada',
        state: 'running',
        upstreamId: 'rtc_a',
        keyId: 'key-1',
        model: 'gpt-realtime-2.1',
        ageMs: 5000,
        endsInMs: 595_000,
        capInMs: 3_595_000,
        expectedInMs: 15_000,
        connected: 'no',
        heartbeat: 'expected',
        endReason: undefined,
        usage: { cost: 0, inputTokens: 0, outputTokens: 0 },
        budget: 1,
        memo: '{"v":1}',
      });
    });

    it('starts a call again when the reply was lost, and no second one with its id', async () => {
      await run(store, 'a');
      await advance(1000);
      expect(await store.start('a', started('a'), lease)).toBe('started');
      expect(await store.read('a')).toHaveProperty('ageMs', 1000);
      expect(await store.start('a', started('a', { upstreamId: 'rtc_2' }), lease)).toBe('gone');
      await store.finish('a', 'hung-up');
      expect(await store.start('a', started('a'), lease)).toBe('gone');
    });

    it('keeps a call without a model and without heartbeats', async () => {
      await store.reserve(reservation('a'), lease);
      await store.start('a', started('a', { model: undefined, heartbeatTimeoutMs: undefined }), lease);
      expect(await store.read('a')).toMatchObject({ model: undefined, heartbeat: 'none' });
    });

    it('expects no connection of a call without a deadline for it', async () => {
      await store.reserve(reservation('a'), lease);
      await store.start('a', started('a', { connectTimeoutMs: undefined }), lease);
      await advance(599_999);
      expect(await store.read('a')).toMatchObject({ expectedInMs: undefined, connected: 'no' });
      expect((await store.due(5)).calls).toEqual([]);
      await advance(1);
      expect(idsOf((await store.due(5)).calls)).toEqual(['a']);
    });

    it('keeps any memo unchanged', async () => {
      const memo = JSON.stringify({ text: 'ü 👋 \0 \r\n "quoted" ]]> \\', list: [1, null] });
      await store.reserve(reservation('a'), lease);
      await store.start('a', started('a', { memo }), lease);
      expect(await store.read('a')).toHaveProperty('memo', memo);
    });

    it('starts a reservation whose end was requested as `ending`', async () => {
      await store.reserve(reservation('a'), lease);
      expect(await store.requestEnd({ principal: 'ada' }, 'revoked')).toMatchObject([
        { id: 'a', state: 'ending', endReason: 'revoked', upstreamId: undefined },
      ]);
      expect((await store.due(5)).calls).toEqual([]);
      expect(await store.start('a', started('a'), lease)).toBe('ending');
      expect(await store.due(5)).toMatchObject({ calls: [{ id: 'a', upstreamId: 'rtc_a' }] });
    });

    it('extends what is expected with each heartbeat', async () => {
      await run(store, 'a');
      await advance(19_000);
      expect(await store.touch('a', 60_000)).toMatchObject({ connected: 'yes', expectedInMs: 60_000 });
      await advance(60_000);
      expect(await store.due(5)).toMatchObject({ calls: [{ id: 'a', expectedInMs: 0, state: 'running' }] });
      expect(await store.touch('a', 60_000)).toHaveProperty('expectedInMs', 60_000);
      expect((await store.due(5)).calls).toEqual([]);
      expect(await store.touch('a', undefined)).toHaveProperty('expectedInMs', undefined);
      await advance(500_000);
      expect((await store.due(5)).calls).toEqual([]);
    });

    it('changes neither reservations nor ending nor ended calls with a heartbeat', async () => {
      await store.reserve(reservation('a'), lease);
      expect(await store.touch('a', 60_000)).toMatchObject({ state: 'reserved', connected: 'no' });
      await store.start('a', started('a'), lease);
      await store.requestEnd({ call: 'a' }, 'idle');
      expect(await store.touch('a', 60_000)).toMatchObject({ state: 'ending', connected: 'no' });
      expect((await store.due(5)).calls).toHaveLength(1);
      await store.finish('a', 'hung-up');
      expect(await store.touch('a', 60_000)).toMatchObject({ state: 'ended', endReason: 'idle' });
    });

    it('keeps the first reason', async () => {
      await run(store, 'a');
      const reasons = ['idle', 'budget', 'duration'] as const;
      await Promise.all(reasons.map((reason) => store.requestEnd({ call: 'a' }, reason)));
      const first = await store.read('a');
      expect(await store.requestEnd({ principal: 'ada' }, 'revoked')).toEqual([first]);
      expect(await store.finish('a', 'upstream')).toHaveProperty('endReason', 'idle');
    });

    it('ends all calls of a principal', async () => {
      for (const id of ['a', 'b']) await run(store, id, { maxPerPrincipal: 2 });
      await run(store, 'c', { principal: 'bo' });
      expect(idsOf(await store.requestEnd({ principal: 'ada' }, 'revoked'))).toEqual(['a', 'b']);
      expect(await stateOf(store, 'c')).toBe('running');
      expect(await store.requestEnd({ principal: 'nobody' }, 'revoked')).toEqual([]);
    });

    it('keeps an ended call for ten minutes', async () => {
      await run(store, 'a');
      await store.spend('a', cost('r', 0.25));
      await advance(90_000);
      const ended = {
        id: 'a',
        principal: 'ada',
        state: 'ended',
        endReason: 'hung-up',
        model: 'gpt-realtime-2.1',
        ageMs: 90_000,
        usage: { cost: 0.25, inputTokens: 100, outputTokens: 20 },
      };
      expect(await store.finish('a', 'hung-up')).toEqual(ended);
      await advance(599_999);
      expect(await store.read('a')).toEqual(ended);
      expect(await store.requestEnd({ call: 'a' }, 'revoked')).toEqual([]);
      expect(await store.finish('a', 'hung-up')).toBeUndefined();
      await advance(1);
      expect(await store.read('a')).toBeUndefined();
    });

    it('finishes a reservation', async () => {
      await store.reserve(reservation('a'), lease);
      await advance(100);
      expect(await store.finish('a', 'upstream')).toMatchObject({
        endReason: 'upstream',
        ageMs: 0,
        model: undefined,
      });
      await advance(30_000);
      expect((await store.due(5)).expired).toEqual([]);
    });

    it('frees the slot of a call that was not ended after the limit of the provider', async () => {
      await run(store, 'a', { budget: budgetOf(2) });
      await advance(3_600_000 + 299_999);
      expect(await store.count()).toBe(1);
      await advance(1);
      expect(await store.read('a')).toBeUndefined();
      expect(await store.due(5)).toEqual({ calls: [], expired: [] });
      expect(await store.reserve(reservation('b', { budget: budgetOf(2) }), lease)).toHaveProperty(
        'budget',
        2,
      );
    });

    it('lets one of many claim a key', async () => {
      await run(store, 'a');
      const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim('a', 'call_1')));
      expect(claims.filter((claim) => claim === 'first')).toHaveLength(1);
      expect(await store.claim('a', 'call_2')).toBe('first');
      await store.finish('a', 'hung-up');
      expect(await store.claim('a', 'call_1')).toBe('repeated');
    });
  });

  describe('deadlines', () => {
    it('returns what is ending, past its duration or overdue, of any process', async () => {
      const begin = async (id: string, maxDurationMs: number, connectTimeoutMs: number) => {
        await store.reserve(reservation(id, { principal: id }), lease);
        await store.start(id, started(id, { maxDurationMs, connectTimeoutMs }), lease);
      };
      await begin('long', 50_000, 1000);
      await begin('late', 600_000, 20_000);
      await begin('busy', 600_000, 500_000);
      await store.touch('long', 55_000);
      expect((await store.due(5)).calls).toEqual([]);
      await advance(20_000);
      expect(idsOf((await store.due(5)).calls)).toEqual(['late']);
      await store.requestEnd({ call: 'busy' }, 'revoked');
      await advance(30_000);
      expect(idsOf((await store.due(5)).calls).sort()).toEqual(['busy', 'late', 'long']);
      await store.finish('late', 'never-connected');
      expect(idsOf((await store.due(5)).calls).sort()).toEqual(['busy', 'long']);
    });

    it('gives each call its turn when more are due than asked for', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) {
        await run(store, id, { maxPerPrincipal: 9 });
        await advance(1);
      }
      await store.requestEnd({ principal: 'ada' }, 'revoked');
      const seen = [];
      for (let turn = 0; turn < 3; turn += 1) {
        await advance(10);
        seen.push(...idsOf((await store.due(2)).calls));
      }
      expect(new Set(seen).size).toBe(5);
    });
  });

  describe('leases', () => {
    it('takes over a call when its lease has expired, once', async () => {
      await run(store, 'a');
      await advance(14_999);
      expect((await store.takeOver(otherLease, 5)).calls).toEqual([]);
      await advance(1);
      const third = { owner: 'process-c', leaseMs: 15_000 };
      const takers = await Promise.all([store.takeOver(otherLease, 5), store.takeOver(third, 5)]);
      expect(takers.flatMap(({ calls }) => idsOf(calls))).toEqual(['a']);
      expect((await store.renew(lease, ['a'])).lost).toEqual(['a']);
    });

    it('takes over as many as asked for, those that waited longest first', async () => {
      for (const id of ['c', 'b', 'a']) {
        await run(store, id, { maxPerPrincipal: 9 });
        await advance(1);
      }
      await advance(15_000);
      expect(idsOf((await store.takeOver(otherLease, 2)).calls)).toEqual(['c', 'b']);
      expect(idsOf((await store.takeOver(otherLease, 2)).calls)).toEqual(['a']);
      expect(idsOf((await store.takeOver(otherLease, 2)).calls)).toEqual([]);
    });

    it('renews the leases of the listed calls only', async () => {
      for (const id of ['a', 'b']) await run(store, id, { maxPerPrincipal: 2 });
      await advance(10_000);
      expect(await store.renew(lease, ['a'])).toEqual({ ending: [], lost: [] });
      await advance(10_000);
      expect(idsOf((await store.takeOver(otherLease, 5)).calls)).toEqual(['b']);
      expect(await store.renew(lease, ['a', 'b', 'unknown'])).toEqual({ ending: [], lost: ['b', 'unknown'] });
    });

    it('renews a lease that has expired but was not taken over', async () => {
      await run(store, 'a');
      await advance(20_000);
      expect((await store.renew(lease, ['a'])).lost).toEqual([]);
      expect((await store.takeOver(otherLease, 5)).calls).toEqual([]);
    });

    it('renews more calls than fit into one command', async () => {
      const ids = Array.from({ length: 2100 }, (_, n) => `c${n}`);
      await run(store, 'c7', { principal: 'bo' });
      const { ending, lost } = await store.renew(lease, ids);
      expect([ending, lost.length]).toEqual([[], 2099]);
    });

    it('reports calls whose end was requested by others', async () => {
      await run(store, 'a');
      await store.requestEnd({ principal: 'ada' }, 'revoked');
      expect(await store.renew(lease, ['a'])).toMatchObject({
        ending: [{ id: 'a', endReason: 'revoked' }],
        lost: [],
      });
      await store.finish('a', 'hung-up');
      expect(await store.renew(lease, ['a'])).toEqual({ ending: [], lost: ['a'] });
    });

    it('hands the calls of an owner over', async () => {
      await run(store, 'a', { maxPerPrincipal: 2 });
      await store.reserve(reservation('b', { maxPerPrincipal: 2 }), otherLease);
      await store.start('b', started('b'), otherLease);
      await store.release(lease.owner);
      expect((await store.renew(lease, ['a'])).lost).toEqual(['a']);
      expect(idsOf((await store.takeOver(otherLease, 5)).calls)).toEqual(['a']);
    });

    it('leaves calls without a lease and reservations to no one', async () => {
      await store.reserve(reservation('a', { maxPerPrincipal: 2 }), undefined);
      await store.start('a', started('a'), undefined);
      await store.reserve(reservation('b', { maxPerPrincipal: 2, holdMs: 900_000 }), lease);
      await advance(600_000);
      expect((await store.takeOver(otherLease, 5)).calls).toEqual([]);
      expect(idsOf((await store.due(5)).calls)).toEqual(['a']);
    });
  });
});
