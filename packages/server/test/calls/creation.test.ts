import { describe, expect, it } from 'vitest';
import { memoryCallStore } from '../../src/calls.ts';
import { sleep } from '../../src/lib/calls/call-clock.ts';
import type { CallStore } from '../../src/calls.ts';
import { apiFacts, apis } from '../support/call-apis.ts';
import type { ApiFacts } from '../support/call-apis.ts';
import { countedFetch, createWorld as createWorldOf, hasPath, problemOf } from '../support/call-world.ts';
import type { World, WorldOptions } from '../support/call-world.ts';

type Fetch = typeof fetch;

/** Changes what the provider answers to the request that creates a call. The call itself is created. */
function answering(change: (response: Response) => Response | Promise<Response>): Fetch {
  return async (input, init) => {
    const response = await countedFetch(input, init);
    const isCreation = apis.some((api) => hasPath(input, apiFacts[api].createPath));
    return isCreation ? change(response) : response;
  };
}

/** The call that was created although its page was refused. */
async function orphanOf({ emulator, until }: World) {
  await until('a call at the provider', () => emulator.calls().length === 1);
  const [orphan] = emulator.calls();
  if (orphan === undefined) throw new Error('There is no call.');
  return orphan;
}

async function refuse(world: World, request = {}): Promise<{ code: string; reason: unknown }> {
  const { code, detail } = await problemOf(world.settle(world.create('ada', request)));
  return { code, reason: detail.reason };
}

/** An answer that arrives when the test releases it. */
function late(): { readonly fetch: Fetch; readonly arrive: () => void } {
  let arrive = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return {
    fetch: answering(async (response) => {
      await gate;
      return response;
    }),
    arrive: () => arrive(),
  };
}

const unclear: Record<string, (facts: ApiFacts) => Fetch> = {
  'its connection is reset': () =>
    answering(() => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) });
    }),
  'it answers 500': () => answering(() => new Response('{}', { status: 500 })),
  'it answers 504': () => answering(() => new Response('<html>', { status: 504 })),
  'it answers 408': () => answering(() => new Response('{}', { status: 408 })),
  'it answers 409': () => answering(() => new Response('{}', { status: 409 })),
  'it answers 201 without an id': (facts) => answering(facts.withoutId),
};

describe.each(apis)('the creation of a call of %s', (api) => {
  const createWorld = (options: WorldOptions = {}): Promise<World> => createWorldOf({ api, ...options });

  it.each(Object.entries(unclear))(
    'is not repeated when the provider is unclear: %s',
    async (_what, toFetch) => {
      const world = await createWorld({ fetch: toFetch(apiFacts[api]) });
      expect((await refuse(world)).code).toBe('outcome_unknown');
      await orphanOf(world);
      // The slot stays taken as long as a page could still connect.
      expect((await refuse(world)).code).toBe('too_many_calls');
      expect(world.eventsOf('call-lost')).toEqual([]);
      await world.clock.advance(20_000);
      await world.until('the event', () => world.eventsOf('call-lost').length === 1);
      await world.until('a free slot', async () => (await world.store.count()) === 0);
      expect(world.emulator.calls()).toHaveLength(1);
      expect(world.eventsOf('call-started')).toEqual([]);
    },
  );

  it('frees the slot immediately when the provider refuses', async () => {
    const world = await createWorld({
      fetch: () => Promise.resolve(Response.json({ error: { code: 'invalid_value' } }, { status: 400 })),
    });
    expect((await refuse(world)).code).toBe('upstream_rejected');
    await world.until('a free slot', async () => (await world.store.count()) === 0);
    expect(world.events).toEqual([]);
  });

  it('ends a call whose id arrives after the time limit', async () => {
    const answer = late();
    const world = await createWorld({ fetch: answer.fetch, timeoutMs: 1000 });
    const refused = problemOf(world.create());
    const orphan = await orphanOf(world);
    await world.clock.advance(1000);
    expect((await refused).code).toBe('outcome_unknown');
    expect(orphan.state).toBe('created');
    answer.arrive();
    await world.until('the end of the call', () => orphan.closedBy === 'hangup');
    await world.until('the event', () => world.eventsOf('call-ended').length === 1);
    expect(await world.store.count()).toBe(0);
  });

  it('gives up on an id that does not arrive, and frees the slot', async () => {
    const world = await createWorld({ fetch: late().fetch, timeoutMs: 1000 });
    const refused = problemOf(world.create());
    await orphanOf(world);
    await world.clock.advance(1000);
    expect((await refused).code).toBe('outcome_unknown');
    await world.clock.advance(20_000);
    await world.until('the event', () => world.eventsOf('call-lost').length === 1);
    await world.until('a free slot', async () => (await world.store.count()) === 0);
  });

  it('frees the slot when the provider refuses after the time limit', async () => {
    let arrive = (): void => undefined;
    const gate = new Promise<void>((resolve) => (arrive = resolve));
    const world = await createWorld({
      timeoutMs: 1000,
      fetch: async () => {
        await gate;
        return Response.json({ error: { code: 'rate_limit_exceeded' } }, { status: 429 });
      },
    });
    const refused = problemOf(world.settle(world.create()));
    expect((await refused).code).toBe('outcome_unknown');
    arrive();
    await world.until('a free slot', async () => (await world.store.count()) === 0);
    expect(world.events).toEqual([]);
  });

  it('ends a call whose answer is unusable', async () => {
    const world = await createWorld({
      fetch: answering(apiFacts[api].withoutAnswer),
    });
    expect((await refuse(world)).code).toBe('upstream_invalid_response');
    const orphan = await orphanOf(world);
    await world.until('the end of the call', () => orphan.closedBy === 'hangup');
    await world.until('a free slot', async () => (await world.store.count()) === 0);
    expect(world.eventsOf('call-ended')).toHaveLength(1);
  });

  it('is finished when the page leaves in the meantime, and hung up', async () => {
    const answer = late();
    const world = await createWorld({ fetch: answer.fetch });
    const page = new AbortController();
    const refused = problemOf(world.create('ada', { signal: page.signal }));
    const orphan = await orphanOf(world);
    page.abort();
    answer.arrive();
    expect((await refused).code).toBe('client_closed_request');
    await world.until('the end of the call', () => orphan.closedBy === 'hangup');
    await world.until('the event', () => world.eventsOf('call-ended').length === 1);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'hung-up' })]);
  });

  it('is not begun for a page that has left', async () => {
    const world = await createWorld();
    const signal = AbortSignal.abort();
    expect((await refuse(world, { signal })).code).toBe('client_closed_request');
    expect(world.emulator.calls()).toEqual([]);
    expect(await world.store.count()).toBe(0);
  });

  it('ends a call that was revoked in the meantime', async () => {
    const answer = late();
    const world = await createWorld({ fetch: answer.fetch });
    const refused = problemOf(world.create());
    const orphan = await orphanOf(world);
    const revoked = world.service.hangUpAll({ principal: 'ada' });
    answer.arrive();
    expect((await world.settle(refused)).detail.reason).toBe('revoked');
    expect(await world.settle(revoked)).toBe(1);
    expect(orphan.closedBy).toBe('hangup');
  });

  describe('while the store fails', () => {
    function failing(name: 'reserve' | 'start'): CallStore {
      return { ...memoryCallStore({ nowMs: () => 0 }), [name]: () => Promise.reject(new Error('down')) };
    }

    it('refuses before the provider is asked', async () => {
      const store = failing('reserve');
      const world = await createWorld({ store });
      expect((await refuse(world)).code).toBe('store_unavailable');
      expect(world.emulator.calls()).toEqual([]);
    });

    it('ends a call without a usable answer, although it could not be stored', async () => {
      const store = failing('start');
      const world = await createWorld({
        store,
        fetch: answering(apiFacts[api].withoutAnswer),
      });
      expect((await refuse(world)).code).toBe('upstream_invalid_response');
      const orphan = await orphanOf(world);
      await world.until('the end of the call', () => orphan.closedBy === 'hangup');
      await world.until('a free slot', async () => (await store.count()) === 0);
    });

    it('ends a call that could not be stored', async () => {
      const store = failing('start');
      const world = await createWorld({ store });
      expect((await refuse(world)).code).toBe('store_unavailable');
      const orphan = await orphanOf(world);
      await world.until('the end of the call', () => orphan.closedBy === 'hangup');
      await world.until('a free slot', async () => (await store.count()) === 0);
    });
  });

  it('is refused while the principal has a call, and allowed for others', async () => {
    const world = await createWorld();
    await world.create('ada');
    expect((await refuse(world)).code).toBe('too_many_calls');
    await world.create('bob');
    expect(world.emulator.calls()).toHaveLength(2);
  });

  it('is refused when all slots of the server are taken', async () => {
    const world = await createWorld({ limits: { maxConcurrentTotal: 1 } });
    await world.create('ada');
    expect((await problemOf(world.settle(world.create('bob')))).code).toBe('too_many_calls');
  });

  it('is refused when the budget of the principal is spent, until its window is over', async () => {
    const perPrincipal = { max: 1, windowMs: 3_600_000 };
    const world = await createWorld({
      limits: { budget: { perPrincipal, cost: apiFacts[api].costOfResponses, unpriced: 'end' } },
    });
    const call = await world.create();
    call.upstream.connect();
    world.facts.respond(world.emulator, call.upstream);
    await world.untilEnded(call);
    const { code, detail } = await problemOf(world.settle(world.create()));
    expect(code).toBe('budget_exhausted');
    expect(detail.retryAfterMs).toBeGreaterThan(3_500_000);
    await world.clock.advance(3_600_000);
    await world.create();
  });

  it('replaces the oldest call when the one it names is gone', async () => {
    const world = await createWorld({ limits: { whenFull: 'replace' } });
    const call = await world.create();
    await world.create('ada', { replaces: 'AAAAAAAAAAAAAAAAAAAAAA' });
    await world.untilEnded(call);
  });

  it('waits for a call of the same principal that is ending', async () => {
    const endMs = 3000;
    const world: World = await createWorld({
      emulator: { live: { closeDelayMs: endMs } },
      fetch: async (input, init) => {
        if (hasPath(input, '/hangup')) await sleep(world.clock, endMs);
        return countedFetch(input, init);
      },
    });
    const call = await world.create();
    const hungUp = world.service.hangUp(call.id, { id: 'ada' });
    await world.until('the end', async () => (await world.store.read(call.id))?.state === 'ending');
    const next = world.create();
    await world.advance(2000);
    expect(world.emulator.calls()).toHaveLength(1);
    await world.settle(next);
    await world.settle(hungUp);
    expect(call.upstream.closedBy).toBe('hangup');
  });

  it('is refused after 5 s when an earlier call cannot be ended', async () => {
    const world = await createWorld({ limits: { whenFull: 'replace' } });
    world.emulator.fail('server-error', { at: 'hangup' });
    const call = await world.create();
    expect((await refuse(world)).code).toBe('too_many_calls');
    expect(call.upstream.state).toBe('created');
    expect(await world.store.count()).toBe(1);
    expect(world.emulator.calls()).toHaveLength(1);
  });
});
