import { describe, expect, it } from 'vitest';
import { memoryCallStore, openaiPrices } from '../../src/calls.ts';
import type { CallStore } from '../../src/calls.ts';
import { createWorld as createWorldOf, problemOf, responsesOf } from '../support/call-world.ts';
import type { PageCall, World, WorldOptions } from '../support/call-world.ts';
import { createKillable } from '../support/killable.ts';

type LiveSettings = NonNullable<NonNullable<WorldOptions['emulator']>['live']>;

const DOLLARS_PER_SECOND = 0.05 / 60;

const createWorld = (live: LiveSettings = {}, options: WorldOptions = {}): Promise<World> =>
  createWorldOf({ api: 'live', emulator: { live }, ...options });

const budget: NonNullable<WorldOptions['limits']>['budget'] = {
  cost: openaiPrices({ models: { 'gpt-5.5': { input: 1, output: 10 } } }),
  unpriced: 'end',
  perCall: 100,
};

const limits: WorldOptions['limits'] = { idleTimeoutMs: 3_600_000, heartbeatTimeoutMs: 600_000, budget };

async function connect(world: World, call: PageCall): Promise<void> {
  await world.service.heartbeat(call.id, { id: 'ada' });
  call.upstream.connect();
}

const hangUp = (world: World, call: PageCall): Promise<void> =>
  world.settle(world.service.hangUp(call.id, { id: 'ada' }));

/** What the provider has billed for time, in seconds. */
const billedSeconds = ({ upstream }: PageCall): number =>
  upstream.billed.reduce(
    (total, { type, usage }) =>
      type === 'seconds' ? total + (usage as { readonly seconds: number }).seconds : total,
    0,
  );

/** What was counted, in the store. */
const spentOf = async (world: World, call: PageCall): Promise<number> =>
  (await world.store.read(call.id))?.usage.cost ?? Number.NaN;

const closesOf = (world: World, call: PageCall): number =>
  world.emulator.session(call.upstream.id)?.received('session.close').length ?? 0;

describe('the end of a Live session', () => {
  it.each([0, 300, 8000, 15_000, 40_000])(
    'that takes %i ms is waited for, with one request, while the slot stays taken',
    async (closeDelayMs) => {
      const world = await createWorld({ closeDelayMs }, { limits });
      const call = await world.create();
      await connect(world, call);
      await world.advance(20_000);
      void world.service.hangUp(call.id, { id: 'ada' });
      await world.until('the request', () => closesOf(world, call) === 1);
      if (closeDelayMs > 0) {
        await world.advance(closeDelayMs - 1);
        expect(await world.store.count()).toBe(1);
        expect(world.eventsOf('call-ended')).toEqual([]);
      }
      await world.advance(1);
      await world.untilEnded(call);
      expect(closesOf(world, call)).toBe(1);
      expect(world.eventsOf('end-failed')).toEqual([]);
      expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'hung-up' })]);
    },
  );

  it('that never comes is asked for again and again, until the session expires', async () => {
    const world = await createWorld({ closeDelayMs: 'never', lifetimeMs: 3_600_000 });
    const call = await world.create();
    await connect(world, call);
    await hangUp(world, call);
    await world.advance(200_000);
    expect(closesOf(world, call)).toBe(5);
    expect(world.eventsOf('end-failed')).toHaveLength(4);
    expect(await world.store.count()).toBe(1);
    await world.advance(3_500_000);
    await world.untilEnded(call);
    expect(call.upstream.closedBy).toBe('expired');
    expect(world.eventsOf('call-ended')).toHaveLength(1);
  });

  it('is proven by 404 for a new sideband if its event is lost', async () => {
    const world = await createWorld();
    world.emulator.fail('hang-after', { at: 'hangup', times: 1 });
    const call = await world.create();
    await hangUp(world, call);
    await world.advance(2000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toHaveLength(1);
  });

  it.each(['ends', 'refused'] as const)('does not depend on the request to hang up: %s', async (hangup) => {
    const world = await createWorld({ hangup, closeDelayMs: 1000 });
    const call = await world.create();
    await hangUp(world, call);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'hung-up' })]);
  });

  it.each([
    ['the page leaves', 'hung-up', 'remote_hangup', (call: PageCall) => call.upstream.leave()],
    [
      'the page closes the session',
      'hung-up',
      'close_requested',
      (call: PageCall) => call.upstream.send({ type: 'session.close' }),
    ],
    ['moderation ends it', 'upstream', 'content', (call: PageCall) => call.upstream.moderate()],
    ['the page is lost', 'upstream', 'connection_lost', (call: PageCall) => call.upstream.vanish()],
  ])('is noticed when %s', async (_what, reason, detail, act) => {
    const world = await createWorld();
    const call = await world.create();
    await connect(world, call);
    act(call);
    await world.advance(16_000);
    await world.untilEnded(call);
    expect(closesOf(world, call)).toBe(detail === 'close_requested' ? 1 : 0);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason, detail })]);
    expect(world.eventsOf('end-failed')).toEqual([]);
    expect((await problemOf(world.service.heartbeat(call.id, { id: 'ada' }))).detail.reason).toBe(reason);
  });
});

describe('the time of a Live session', () => {
  const variants: readonly (readonly [string, LiveSettings])[] = [
    ['counts from the connection', { activeFrom: 'connected' }],
    ['counts from the creation', { activeFrom: 'created' }],
    ['is reported with its minimum', { usageSeconds: 'billed' }],
    ['is reported every minute', { usageUpdates: '60s' }],
    ['is never reported before the end', { usageUpdates: 'never' }],
    ['runs on while the session closes', { closeDelayMs: 10_000 }],
  ];

  it.each(variants)('that %s costs what is billed', async (_what, live) => {
    const world = await createWorld(live, { limits });
    const call = await world.create();
    await world.advance(7000);
    await connect(world, call);
    for (let minute = 0; minute < 4; minute += 1) {
      await world.advance(33_333);
      // Never more than what is billed, at any time.
      expect(await spentOf(world, call)).toBeLessThanOrEqual(billedSeconds(call) * DOLLARS_PER_SECOND + 1e-8);
    }
    await hangUp(world, call);
    await world.advance(10_000);
    await world.untilEnded(call);
    expect(await spentOf(world, call)).toBeCloseTo(billedSeconds(call) * DOLLARS_PER_SECOND, 6);
    const seconds = world
      .eventsOf('usage')
      .map(({ usage }) => (usage.type === 'seconds' ? usage.seconds : 0));
    expect(seconds.reduce((sum, part) => sum + part, 0)).toBeCloseTo(billedSeconds(call), 6);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(15);
  });

  it('costs the minimum as soon as the session exists', async () => {
    const world = await createWorld({}, { limits });
    const call = await world.create();
    await world.until('the minimum', () => world.eventsOf('usage').length === 1);
    expect(await spentOf(world, call)).toBeCloseTo(0.0125);
    await world.advance(20_000);
    await world.untilEnded(call);
    expect(await spentOf(world, call)).toBeCloseTo(0.0125);
  });

  it('ends the session when the budget is spent, without any event of the provider', async () => {
    const world = await createWorld(
      { usageUpdates: 'never', activeFrom: 'created' },
      { limits: { ...limits, budget: { ...budget, perCall: 0.1 } } },
    );
    const call = await world.create();
    await connect(world, call);
    await world.advance(119_000);
    expect(call.upstream.state).toBe('active');
    expect(world.eventsOf('limit-near')).toEqual([expect.objectContaining({ limit: 'budget' })]);
    await world.advance(1000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'budget' })]);
    expect(await spentOf(world, call)).toBeCloseTo(0.1, 3);
  });

  it('adds up with delegated responses, each counted once', async () => {
    const world = await createWorld({}, { limits });
    const call = await world.create();
    await connect(world, call);
    const session = world.emulator.session(call.upstream.id);
    const usage = { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 };
    const event = { type: 'response.completed', response: { id: 'resp_1', usage } };
    session?.push({ type: 'response.event', event });
    session?.push({ type: 'response.event', event });
    await world.until('the usage', () => responsesOf(world).length > 0);
    await hangUp(world, call);
    await world.untilEnded(call);
    expect(responsesOf(world)).toMatchObject([
      { usage: { type: 'response', model: 'gpt-5.5', usage }, cost: 0.002 },
    ]);
    expect(await spentOf(world, call)).toBeCloseTo(0.0125 + 0.002, 6);
    expect(world.eventsOf('call-ended')[0]?.usage).toMatchObject({ inputTokens: 1000, outputTokens: 100 });
  });

  it('is counted once by two processes', async () => {
    let nowMs = (): number => 0;
    const store: CallStore = { ...memoryCallStore({ nowMs: () => nowMs() }), scope: 'shared' };
    const world = await createWorld({}, { limits, store, secret: 'a secret of 16 characters' });
    nowMs = () => world.clock.nowMs();
    const killable = createKillable(world.clock, world.store);
    const doomed = world.startProcess({
      clock: killable.clock,
      fetch: killable.fetch,
      store: killable.store,
      killed: 'by the test',
    });
    const call = await doomed.create();
    await doomed.service.heartbeat(call.id, { id: 'ada' });
    call.upstream.connect();
    await world.advance(95_000);
    killable.kill();
    await world.advance(60_000);
    await world.until('the takeover', () => world.eventsOf('call-resumed').length === 1);
    await hangUp(world, call);
    await world.untilEnded(call);
    expect(await spentOf(world, call)).toBeCloseTo(billedSeconds(call) * DOLLARS_PER_SECOND, 6);
  });

  it('is refused if the budget is less than the minimum', async () => {
    const perPrincipal = { max: 0.02, windowMs: 3_600_000 };
    const world = await createWorld({}, { limits: { budget: { ...budget, perPrincipal } } });
    const call = await world.create();
    await world.until('the minimum', () => world.eventsOf('usage').length === 1);
    await hangUp(world, call);
    await world.untilEnded(call);
    const { code, detail } = await problemOf(world.settle(world.create()));
    expect([code, detail.retryAfterMs]).toEqual(['budget_exhausted', 3_600_000]);
    expect(world.emulator.calls()).toHaveLength(1);
    await world.until('a free slot', async () => (await world.store.count()) === 0);
  });

  it('counts its minimum if the outcome is unknown', async () => {
    const perPrincipal = { max: 0.02, windowMs: 3_600_000 };
    const world = await createWorld({}, { limits: { budget: { ...budget, perPrincipal } } });
    world.emulator.fail('reset-after', { at: 'calls', times: 1 });
    expect((await problemOf(world.settle(world.create()))).code).toBe('outcome_unknown');
    await world.advance(20_000);
    await world.until('the event', () => world.eventsOf('call-lost').length === 1);
    await world.until('a free slot', async () => (await world.store.count()) === 0);
    expect((await problemOf(world.settle(world.create()))).code).toBe('budget_exhausted');
  });
});

describe('a sideband', () => {
  it('drops reflected audio, and notices by it that the page has connected', async () => {
    const types: unknown[] = [];
    const world = await createWorld(
      { reflectedAudio: 'full' },
      { limits: { idleTimeoutMs: 30_000 }, onCall: (call) => void call.on(({ type }) => types.push(type)) },
    );
    const call = await world.create('ada', { heartbeat: 'none' });
    call.upstream.connect();
    await world.advance(25_000);
    expect(call.upstream.state).toBe('active');
    expect(types.filter((type) => type === 'session.input_audio.append')).toHaveLength(1);
    expect(types).not.toContain('session.output_audio.delta');
    await world.advance(5000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'idle' })]);
  });
});

describe("with sideband: 'at-end'", () => {
  const createLate = async (live: LiveSettings = {}, options: WorldOptions = {}): Promise<World> => {
    const world = await createWorldOf({ api: 'live', emulator: { live }, sideband: 'at-end', ...options });
    return world;
  };

  it('attaches only to end the session, whose time is counted', async () => {
    const world = await createLate({}, { limits: { ...limits, maxDurationMs: 120_000 } });
    const call = await world.create('ada', {}, 'without a sideband');
    await connect(world, call);
    for (let round = 0; round < 5; round += 1) {
      await world.advance(20_000);
      expect(call.upstream.sidebands).toBe(0);
      await world.service.heartbeat(call.id, { id: 'ada' });
    }
    await world.advance(19_000);
    expect(call.upstream.state).toBe('active');
    await world.advance(1000);
    await world.untilEnded(call);
    expect(closesOf(world, call)).toBe(1);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'duration' })]);
    expect(await spentOf(world, call)).toBeCloseTo(billedSeconds(call) * DOLLARS_PER_SECOND, 6);
    expect(world.eventsOf('usage-gap')).toEqual([]);
  });

  it.each([300, 8000, 40_000])(
    'waits for an end that takes %i ms, with one request',
    async (closeDelayMs) => {
      const world = await createLate({ closeDelayMs });
      const call = await world.create('ada', {}, 'without a sideband');
      await connect(world, call);
      void world.service.hangUp(call.id, { id: 'ada' });
      await world.until('the request', () => closesOf(world, call) === 1);
      await world.advance(closeDelayMs);
      await world.untilEnded(call);
      expect(closesOf(world, call)).toBe(1);
      expect(world.eventsOf('end-failed')).toEqual([]);
    },
  );

  it('ends a session that the provider has ended, when its heartbeats stop', async () => {
    const world = await createLate();
    const call = await world.create('ada', {}, 'without a sideband');
    await connect(world, call);
    call.upstream.leave();
    await world.advance(65_000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'heartbeat-lost' })]);
  });

  it('ends a session whose budget is spent', async () => {
    const world = await createLate({}, { limits: { ...limits, budget: { ...budget, perCall: 0.05 } } });
    const call = await world.create('ada', {}, 'without a sideband');
    await connect(world, call);
    await world.advance(59_000);
    expect(call.upstream.state).toBe('active');
    await world.advance(1000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'budget' })]);
  });
});

describe('a sweep', () => {
  it.each([0, 10_000, 40_000])('attaches to end sessions, which takes %i ms', async (closeDelayMs) => {
    const world = await createWorld(
      { closeDelayMs },
      { supervision: 'sweep', limits: { maxDurationMs: 60_000 } },
    );
    const call = await world.create('ada', { heartbeat: 'none' });
    call.upstream.connect();
    await world.advance(60_000);
    const first = await world.settle(world.service.sweep());
    await world.advance(40_000);
    const second = await world.settle(world.service.sweep());
    expect([first, second]).toEqual(
      closeDelayMs < 15_000
        ? [
            { ended: 1, failed: 0 },
            { ended: 0, failed: 0 },
          ]
        : [
            { ended: 0, failed: 1 },
            { ended: 1, failed: 0 },
          ],
    );
    expect(call.upstream.closedBy).toBe('hangup');
    expect(closesOf(world, call)).toBe(1);
  });
});
