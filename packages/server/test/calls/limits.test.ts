import { describe, expect, it } from 'vitest';
import { apiFacts, apis } from '../support/call-apis.ts';
import type { Api } from '../support/call-apis.ts';
import { createWorld, problemOf } from '../support/call-world.ts';
import type { PageCall, World, WorldOptions } from '../support/call-world.ts';
import type { CallEndReason } from '../../src/calls.ts';

const MINUTE_MS = 60_000;

/** A dollar for each response. */
const budgetOf = (api: Api) => ({ cost: apiFacts[api].costOfResponses, unpriced: 'end' }) as const;

/** The page sends its heartbeats for a while. */
async function keepAlive(world: World, call: PageCall, forMs: number): Promise<void> {
  for (let left = forMs; left > 0; left -= 20_000) {
    await world.service.heartbeat(call.id, { id: 'ada' });
    await world.clock.advance(Math.min(20_000, left));
  }
}

interface LimitCase {
  readonly reason: CallEndReason;
  readonly options?: (api: Api) => WorldOptions;
  /** Leads to the end of the call. */
  readonly act: (world: World, call: PageCall) => unknown;
}

const cases: Record<string, LimitCase> = {
  'the maximum duration is over': {
    reason: 'duration',
    options: () => ({ limits: { maxDurationMs: 5 * MINUTE_MS, idleTimeoutMs: 60 * MINUTE_MS } }),
    async act(world, call) {
      call.upstream.connect();
      await keepAlive(world, call, 5 * MINUTE_MS - 1);
      expect(call.upstream.state).toBe('active');
      await world.clock.advance(1);
    },
  },
  'no one speaks': {
    reason: 'idle',
    async act(world, call) {
      call.upstream.connect();
      await keepAlive(world, call, 2 * MINUTE_MS - 1);
      expect(call.upstream.state).toBe('active');
      await world.clock.advance(1);
    },
  },
  'the page never connects': {
    reason: 'never-connected',
    async act({ clock }, call) {
      await clock.advance(19_999);
      expect(call.upstream.state).toBe('created');
      await clock.advance(1);
    },
  },
  'the heartbeats stop': {
    reason: 'heartbeat-lost',
    // A session of Live may end by itself before that.
    options: () => ({ emulator: { live: { connectionLostMs: 'never' } } }),
    async act(world, call) {
      call.upstream.connect();
      await keepAlive(world, call, 40_000);
      call.upstream.vanish();
      await world.clock.advance(39_999);
      expect(call.upstream.state).toBe('active');
      await world.clock.advance(1);
    },
  },
  'its own budget is spent': {
    reason: 'budget',
    options: (api) => ({ limits: { budget: { ...budgetOf(api), perCall: 2 } } }),
    async act(world, call) {
      await world.service.heartbeat(call.id, { id: 'ada' });
      call.upstream.connect();
      world.facts.respond(world.emulator, call.upstream);
      await world.until(
        'a first usage',
        () => world.eventsOf('usage').filter(({ usage }) => usage.type === 'response').length === 1,
      );
      expect(call.upstream.state).toBe('active');
      world.facts.respond(world.emulator, call.upstream);
    },
  },
  'the budget of its principal is spent': {
    reason: 'budget',
    options: (api) => ({
      limits: { budget: { ...budgetOf(api), perPrincipal: { max: 1, windowMs: MINUTE_MS } } },
    }),
    async act(world, call) {
      await world.service.heartbeat(call.id, { id: 'ada' });
      call.upstream.connect();
      world.facts.respond(world.emulator, call.upstream);
    },
  },
  'something has no price': {
    reason: 'unpriced',
    options: () => ({
      limits: {
        budget: {
          perCall: 2,
          unpriced: 'end',
          cost: (usage) => (usage.type === 'response' && 'output_tokens' in usage.usage ? undefined : 0),
        },
      },
    }),
    act(world, call) {
      call.upstream.connect();
      world.facts.respond(world.emulator, call.upstream);
    },
  },
  'a newer call replaces it': {
    reason: 'replaced',
    options: () => ({ limits: { whenFull: 'replace' } }),
    async act(world) {
      await world.create();
    },
  },
  'its page reconnects': {
    reason: 'replaced',
    async act(world, call) {
      await world.create('ada', { replaces: call.id });
    },
  },
  'the owner revokes the principal': {
    reason: 'revoked',
    async act({ service, settle }) {
      expect(await settle(service.hangUpAll({ principal: 'ada' }))).toBe(1);
    },
  },
  'the owner revokes the call': {
    reason: 'revoked',
    async act({ service, settle }, { id }) {
      expect(await settle(service.hangUpAll({ call: id }))).toBe(1);
    },
  },
  'the page hangs up': {
    reason: 'hung-up',
    act: ({ service, settle }, { id }) => settle(service.hangUp(id, { id: 'ada' })),
  },
  'a page without authorization hangs up': {
    reason: 'hung-up',
    act: ({ service, settle }, { id }) => settle(service.hangUp(id, undefined)),
  },
  'the server stops': {
    reason: 'shutdown',
    async act({ service, settle }) {
      await settle(service.close({ graceMs: 5000 }));
    },
  },
};

describe.each(apis)('a call of %s', (api) => {
  it.each(Object.entries(cases))('ends at the provider when %s', async (_what, { reason, options, act }) => {
    const world = await createWorld({ ...options?.(api), api });
    const call = await world.create();
    await act(world, call);
    await world.untilEnded(call);
    expect(call.upstream.closedBy).toBe('hangup');
    await world.until('the event', () => world.eventsOf('call-ended').some(({ call: id }) => id === call.id));
    const ends = world.eventsOf('call-ended').filter(({ call: id }) => id === call.id);
    expect(ends).toEqual([expect.objectContaining({ reason, model: world.facts.session.model })]);
    expect((await problemOf(world.service.heartbeat(call.id, { id: 'ada' }))).detail.reason).toBe(reason);
  });

  it('is announced 30 s before its end by duration', async () => {
    const world = await createWorld({ api, limits: { idleTimeoutMs: 60 * MINUTE_MS } });
    const call = await world.create();
    call.upstream.connect();
    await keepAlive(world, call, 10 * MINUTE_MS - 30_000 - 1);
    expect(world.eventsOf('limit-near')).toEqual([]);
    await world.clock.advance(1);
    expect(world.eventsOf('limit-near')).toEqual([
      expect.objectContaining({ limit: 'duration', left: 30_000 }),
    ]);
  });
});
