import type { Fault } from '@realtime-session/emulator';
import { describe, expect, it } from 'vitest';
import { memoryCallStore } from '../../src/calls.ts';
import type { CallStore } from '../../src/calls.ts';
import { apiFacts, apis } from '../support/call-apis.ts';
import type { ApiFacts } from '../support/call-apis.ts';
import {
  countedFetch,
  createWorld as createWorldOf,
  hasPath,
  problemOf,
  responsesOf,
} from '../support/call-world.ts';
import type { PageCall, World, WorldOptions } from '../support/call-world.ts';
import { createKillable } from '../support/killable.ts';

/** Answers requests to hang up in place of the provider. */
function hangingUp(answer: () => Promise<Response> | undefined): typeof fetch {
  return (input, init) => (hasPath(input, '/hangup') ? answer() : undefined) ?? countedFetch(input, init);
}

const error = (status: number): Response => Response.json({ error: { code: null } }, { status });

async function connect(world: World, call: PageCall): Promise<void> {
  await world.service.heartbeat(call.id, { id: 'ada' });
  call.upstream.connect();
}

describe.each(apis)('the sideband of a call of %s', (api) => {
  const createWorld = (options: WorldOptions = {}): Promise<World> => createWorldOf({ api, ...options });
  const priced: WorldOptions['limits'] = {
    budget: { cost: apiFacts[api].costOfResponses, unpriced: 'end' },
  };

  it.each([1000, 1001, 1006, 1011, 1012])('is attached again after it closed with %s', async (code) => {
    const world = await createWorld({ limits: priced });
    const call = await world.create();
    await connect(world, call);
    call.upstream.dropSidebands(code);
    await world.until('the loss of the sideband', () => call.upstream.sidebands === 0);
    await world.until('a sideband', () => call.upstream.sidebands === 1);
    world.facts.respond(world.emulator, call.upstream);
    await world.until('usage', () => responsesOf(world).length === 1);
    expect(call.upstream.state).toBe('active');
  });

  it('reports how long it was missing, and what it missed is not counted twice', async () => {
    let blocked: 'yes' | 'no' = 'no';
    const world = await createWorld({ limits: priced });
    const { upstream } = world;
    const attach = upstream.attach.bind(upstream);
    upstream.attach = (...args) => (blocked === 'yes' ? Promise.reject(new Error('down')) : attach(...args));
    const call = await world.create();
    await connect(world, call);
    world.facts.respond(world.emulator, call.upstream);
    await world.until('usage', () => responsesOf(world).length === 1);
    blocked = 'yes';
    call.upstream.dropSidebands();
    await world.until('the loss of the sideband', () => call.upstream.sidebands === 0);
    world.facts.respond(world.emulator, call.upstream);
    if (api === 'realtime') await world.until('a bill', () => call.upstream.billed.length === 2);
    await world.advance(9000);
    blocked = 'no';
    await world.advance(5000);
    await world.until('a sideband', () => call.upstream.sidebands === 1);
    await world.until('the event', () => world.eventsOf('usage-gap').length === 1);
    const [gap] = world.eventsOf('usage-gap');
    expect(gap?.durationMs).toBeGreaterThanOrEqual(9000);
    world.facts.respond(world.emulator, call.upstream);
    await world.until('usage', () => responsesOf(world).length === 2);
    expect(responsesOf(world).at(-1)?.total.cost).toBe(2);
  });

  it('reports what it missed before the end of the call', async () => {
    const world = await createWorld({ limits: priced });
    const call = await world.create();
    await connect(world, call);
    world.upstream.attach = () => Promise.reject(new Error('down'));
    call.upstream.dropSidebands();
    await world.until('the loss of the sideband', () => call.upstream.sidebands === 0);
    await world.advance(7000);
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    const [gap, ...others] = world.eventsOf('usage-gap');
    expect(gap?.durationMs).toBeGreaterThanOrEqual(7000);
    expect(others).toEqual([]);
  });

  it.each([
    ['reports', 600, 1],
    ['reports no gap for', 400, 0],
  ])('%s a first sideband that took %i ms', async (_what, delayMs, gaps) => {
    const world = await createWorld({ limits: priced });
    const { upstream, clock } = world;
    const attach = upstream.attach.bind(upstream);
    upstream.attach = async (...args) => {
      await new Promise<void>((resolve) => clock.setTimer(resolve, delayMs));
      return attach(...args);
    };
    const call = await world.create('ada', {}, 'without a sideband');
    await world.clock.advance(delayMs);
    await world.until('a sideband', () => call.upstream.sidebands === 1);
    await world.until('its use', () => world.eventsOf('usage-gap').length === gaps);
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    expect(world.eventsOf('usage-gap')).toHaveLength(gaps);
  });

  it('reports no gap when it closes at the end of the call', async () => {
    const world = await createWorld();
    const call = await world.create();
    await connect(world, call);
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    expect(world.eventsOf('usage-gap')).toEqual([]);
  });

  it('expects nothing of a page that was not asked for heartbeats', async () => {
    const world = await createWorld({ limits: { idleTimeoutMs: 3_600_000 } });
    const call = await world.create('ada', { heartbeat: 'none' });
    await world.service.heartbeat(call.id, { id: 'ada' });
    await world.advance(500_000);
    expect(call.upstream.state).toBe('created');
  });

  it('does not end a call that is answered with 404 right after its creation', async () => {
    let refusals = 3;
    const world = await createWorld();
    const { upstream } = world;
    const attach = upstream.attach.bind(upstream);
    const { SidebandError } = await import('../../src/lib/calls/call-upstream.ts');
    upstream.attach = (...args) => {
      refusals -= 1;
      return refusals >= 0 ? Promise.reject(new SidebandError('refused', 404)) : attach(...args);
    };
    const call = await world.create('ada', {}, 'without a sideband');
    await world.advance(3000);
    await world.until('a sideband', () => call.upstream.sidebands === 1);
  });

  it.each([401, 403, 500])('ends a call for which it is refused with %s for 30 s', async (status) => {
    const world = await createWorld();
    const { SidebandError } = await import('../../src/lib/calls/call-upstream.ts');
    world.upstream.attach = () => Promise.reject(new SidebandError('refused', status));
    const call = await world.create('ada', {}, 'without a sideband');
    await world.advance(15_000);
    await world.service.heartbeat(call.id, { id: 'ada' });
    await world.advance(20_000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([
      expect.objectContaining({ reason: 'upstream', detail: 'no sideband could be attached' }),
    ]);
    expect(world.eventsOf('degraded')).toEqual([expect.objectContaining({ part: 'sideband' })]);
  });

  it('finds out that the provider has ended the call', async () => {
    const world = await createWorld();
    const call = await world.create();
    await connect(world, call);
    await world.facts.endAtProvider(world.emulator, call.upstream);
    await world.until('the event', () => world.eventsOf('call-ended').length === 1);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'upstream' })]);
    expect(await world.store.count()).toBe(0);
  });

  it('does not count a replayed event again', async () => {
    const world = await createWorld({ limits: priced });
    const { upstream } = world;
    const attach = upstream.attach.bind(upstream);
    upstream.attach = (id, handlers, context) =>
      attach(
        id,
        {
          ...handlers,
          onEvent(event) {
            handlers.onEvent(event);
            handlers.onEvent(event);
          },
        },
        context,
      );
    const call = await world.create();
    await connect(world, call);
    world.facts.respond(world.emulator, call.upstream);
    await world.until('usage', () => responsesOf(world).length > 0);
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    expect(responsesOf(world)).toHaveLength(1);
    expect(world.eventsOf('call-ended')[0]?.usage.cost).toBe(1);
  });
});

describe.each(apis)('the end of a call of %s', (api) => {
  const createWorld = (options: WorldOptions = {}): Promise<World> => createWorldOf({ api, ...options });

  const failures: Record<string, Fault> = {
    'answers 500': 'server-error',
    'answers 503': 'overloaded',
    'answers 409': 'conflict',
    'answers 429': 'rate-limit-seconds',
    'answers 401': 'invalid-api-key',
    'does not answer': 'hang',
  };

  it.each(Object.entries(failures))(
    'is tried again while the provider %s, and the slot stays taken',
    async (_what, fault) => {
      let failing: 'yes' | 'no' = 'yes';
      // The clock waits for requests to the emulator, so this one does not reach it.
      const isHanging = (): boolean => fault === 'hang' && failing === 'yes';
      const world = await createWorld({
        fetch: hangingUp(() => (isHanging() ? new Promise(() => undefined) : undefined)),
      });
      world.emulator.fail(fault, { at: 'hangup' });
      const call = await world.create();
      await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
      await world.advance(world.facts.endAttemptMs);
      await world.until('a failure', () => world.eventsOf('end-failed').length > 0);
      expect(await world.store.count()).toBe(1);
      expect(world.eventsOf('call-ended')).toEqual([]);
      expect((await problemOf(world.service.heartbeat(call.id, { id: 'ada' }))).code).toBe('call_ended');
      failing = 'no';
      world.emulator.clearFaults('hangup');
      await world.advance(60_000);
      await world.untilEnded(call);
      expect(world.eventsOf('call-ended')).toHaveLength(1);
    },
  );

  it("is given up at the provider's own limit", async () => {
    const world = await createWorld();
    world.emulator.fail('server-error', { at: 'hangup' });
    const call = await world.create();
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    await world.advance(3_700_000);
    await world.untilEnded(call);
    expect(call.upstream.closedBy).toBe('expired');
    expect(world.eventsOf('call-ended')).toHaveLength(1);
  });

  it('comes on time while the store does not answer', async () => {
    let failing: 'yes' | 'no' = 'no';
    const inner = memoryCallStore();
    const store = new Proxy(inner, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        return failing === 'yes' && typeof member === 'function'
          ? () => Promise.reject(new Error('down'))
          : member;
      },
    });
    const world = await createWorld({ store, limits: { maxDurationMs: 60_000 } });
    const call = await world.create();
    await connect(world, call);
    failing = 'yes';
    expect((await problemOf(world.service.heartbeat(call.id, { id: 'ada' }))).code).toBe('store_unavailable');
    await world.clock.advance(59_999);
    expect(call.upstream.state).toBe('active');
    await world.clock.advance(1);
    await world.until('the end of the call', () => call.upstream.state === 'closed');
    failing = 'no';
    await world.advance(10_000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'duration' })]);
  });

  it('uses the key that created the call, also after the key was replaced', async () => {
    const keys: string[] = [];
    const world: World = await createWorld({
      readApiKey: () => Promise.resolve(keys.at(-1) ?? world.emulator.apiKey),
    });
    const call = await world.create();
    keys.push('sk-the-next-key');
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    expect(call.upstream.closedBy).toBe('hangup');
    expect(world.eventsOf('call-unreachable')).toEqual([]);
  });

  it('answers pages of other principals as if there were no such call', async () => {
    const world = await createWorld();
    const call = await world.create();
    expect((await problemOf(world.service.heartbeat(call.id, { id: 'bob' }))).code).toBe('call_not_found');
    expect((await problemOf(world.service.hangUp(call.id, { id: 'bob' }))).code).toBe('call_not_found');
    expect((await problemOf(world.service.hangUp(call.upstream.id, undefined))).code).toBe('call_not_found');
    expect(call.upstream.state).toBe('created');
  });
});

/** Live confirms the end on the sideband, after everything else, and its request to hang up proves nothing. */
describe('the end of a Realtime call', () => {
  it('counts what arrives when the provider has already confirmed the end', async () => {
    const world = await createWorldOf({ limits: { budget: { cost: () => 1, unpriced: 'end' } } });
    const { upstream } = world;
    const attach = upstream.attach.bind(upstream);
    const end = upstream.end.bind(upstream);
    const late: (() => void)[] = [];
    upstream.attach = (id, handlers, context) =>
      attach(id, { onEvent: (event) => late.push(() => handlers.onEvent(event)), onClose: (code) => late.push(() => handlers.onClose(code)) }, context); // prettier-ignore
    upstream.end = async (...args) => {
      const result = await end(...args);
      setImmediate(() => setImmediate(() => late.splice(0).forEach((deliver) => deliver())));
      return result;
    };
    const call = await world.create();
    call.upstream.connect();
    await world.service.heartbeat(call.id, { id: 'ada' });
    world.facts.respond(world.emulator, call.upstream);
    await world.until('a bill', () => call.upstream.billed.length === 1 && late.length > 5);
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    await world.until('the end', () => world.eventsOf('call-ended').length === 1);
    expect(responsesOf(world)).toHaveLength(1);
    expect(world.eventsOf('call-ended')).toMatchObject([{ usage: { cost: 1 } }]);
  });

  it.each([404, 410])('is confirmed when the provider answers %s', async (status) => {
    const world = await createWorldOf({ fetch: hangingUp(() => Promise.resolve(error(status))) });
    const call = await world.create();
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    expect(await world.store.count()).toBe(0);
    expect(world.eventsOf('call-ended')).toHaveLength(1);
  });
});

describe.each(apis)('several processes with calls of %s', (api) => {
  const createWorld = (options: WorldOptions = {}): Promise<World> => createWorldOf({ api, ...options });

  const shared = (clock: () => number): CallStore => ({
    ...memoryCallStore({ nowMs: clock }),
    scope: 'shared',
  });
  const options: WorldOptions = { secret: 'a secret of 16 characters', limits: { idleTimeoutMs: 3_600_000 } };

  async function createSharedWorld(own: WorldOptions = {}): Promise<World> {
    let nowMs = (): number => 0;
    const world = await createWorld({ ...options, ...own, store: shared(() => nowMs()) });
    nowMs = () => world.clock.nowMs();
    return world;
  }

  it('take over the calls of one that was killed within 20 s, and end them on time', async () => {
    const world = await createSharedWorld({ limits: { ...options.limits, heartbeatTimeoutMs: 600_000 } });
    const killable = createKillable(world.clock, world.store);
    const doomed = world.startProcess({
      clock: killable.clock,
      fetch: killable.fetch,
      store: killable.store,
      killed: 'by the test',
    });
    const call = await doomed.create();
    await world.service.heartbeat(call.id, { id: 'ada' });
    call.upstream.connect();
    await world.advance(10_000);
    killable.kill();
    await world.advance(20_000);
    await world.until('the takeover', () => world.eventsOf('call-resumed').length === 1);
    await world.advance(570_000 - 1000);
    expect(call.upstream.state).toBe('active');
    await world.advance(3000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'duration' })]);
    expect(doomed.eventsOf('call-ended')).toEqual([]);
  });

  it('end a call on time whose session took long to read', async () => {
    const readSession = (): Promise<ApiFacts['session']> =>
      new Promise((resolve) => world.clock.setTimer(() => resolve(apiFacts[api].session), 9000));
    const world = await createSharedWorld({
      limits: { ...options.limits, heartbeatTimeoutMs: 600_000, maxDurationMs: 60_000 },
    });
    const leaving = world.startProcess();
    const heir = world.startProcess({ readSession });
    await world.settle(world.service.close({ graceMs: 0 }));
    const call = await leaving.create();
    await leaving.service.heartbeat(call.id, { id: 'ada' });
    await world.settle(leaving.service.close({ graceMs: 0 }));
    await world.advance(20_000);
    await world.until('the takeover', () => heir.eventsOf('call-resumed').length === 1);
    await world.advance(40_000);
    await world.untilEnded(call);
    expect(heir.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'duration' })]);
  });

  it('get the calls of one that was closed', async () => {
    const resumed: string[] = [];
    const onCall: WorldOptions['onCall'] = (call) => {
      resumed.push(`${call.principal.id} ${call.resumed}`);
    };
    const world = await createSharedWorld({ onCall });
    const leaving = world.startProcess({ onCall: undefined });
    const call = await leaving.create();
    await world.settle(leaving.service.close({ graceMs: 30_000 }));
    await world.advance(4000);
    await world.until('the takeover', () => resumed.length > 0);
    expect(resumed).toEqual(['ada yes']);
    expect(call.upstream.state).not.toBe('closed');
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    expect(call.upstream.closedBy).toBe('hangup');
  });

  it('end calls of each other', async () => {
    const world = await createSharedWorld();
    const other = world.startProcess();
    const call = await other.create();
    expect(await world.settle(world.service.hangUpAll({ principal: 'ada' }))).toBe(1);
    expect(call.upstream.closedBy).toBe('hangup');
    const ended = [...world.eventsOf('call-ended'), ...other.eventsOf('call-ended')];
    expect(ended).toEqual([expect.objectContaining({ reason: 'revoked' })]);
  });

  it('accept heartbeats for each other', async () => {
    const world = await createSharedWorld();
    const other = world.startProcess();
    const call = await other.create();
    call.upstream.connect();
    for (let round = 0; round < 6; round += 1) {
      await world.service.heartbeat(call.id, { id: 'ada' });
      await world.advance(20_000);
    }
    expect(call.upstream.state).toBe('active');
  });

  it('report a call that another API key created, and keep its slot to the limit of the provider', async () => {
    const world = await createSharedWorld();
    const killable = createKillable(world.clock, world.store);
    const doomed = world.startProcess({
      clock: killable.clock,
      fetch: killable.fetch,
      store: killable.store,
      killed: 'by the test',
    });
    const call = await doomed.create();
    await world.service.heartbeat(call.id, { id: 'ada' });
    killable.kill();
    const stranger = world.startProcess({ readApiKey: () => Promise.resolve('sk-another-key') });
    await world.settle(world.service.close({ graceMs: 0 }));
    await world.advance(30_000);
    await world.settle(stranger.service.hangUpAll({ call: call.id }));
    await world.until('the event', () => stranger.eventsOf('call-unreachable').length === 1);
    expect(await world.store.count()).toBe(1);
    expect(call.upstream.state).not.toBe('closed');
  });
});

describe.each(apis)('sweeps of calls of %s', (api) => {
  const createWorld = (options: WorldOptions = {}): Promise<World> => createWorldOf({ api, ...options });

  it('end what is due, and nothing else', async () => {
    const world = await createWorld({ supervision: 'sweep', limits: { maxDurationMs: 60_000 } });
    const first = await world.create('ada');
    await world.clock.advance(30_000);
    await world.service.hangUp(first.id, undefined);
    const overdue = await world.create('ada', { heartbeat: 'none' });
    await world.clock.advance(30_000);
    const running = await world.create('bob', { heartbeat: 'none' });
    expect(await world.service.sweep()).toEqual({ ended: 0, failed: 0 });
    await world.clock.advance(30_000);
    expect(await world.service.sweep()).toEqual({ ended: 1, failed: 0 });
    expect(overdue.upstream.closedBy).toBe('hangup');
    expect(running.upstream.state).toBe('created');
    expect(await world.service.sweep()).toEqual({ ended: 0, failed: 0 });
    expect(await world.store.count()).toBe(1);
  });
});
