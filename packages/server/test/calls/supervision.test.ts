import { describe, expect, it } from 'vitest';
import { apiFacts, apis } from '../support/call-apis.ts';
import { createWorld as createWorldOf, responsesOf, SESSION } from '../support/call-world.ts';
import type { PageCall, World, WorldOptions } from '../support/call-world.ts';
import { openaiCalls } from '../../src/calls.ts';
import type { Call, CallUpstream } from '../../src/calls.ts';
import type { Principal } from '../../src/lib/request-context.ts';

const instructionsOf = (call: PageCall): unknown =>
  (call.upstream.session as Record<string, unknown>)['instructions'];

function update(call: PageCall, session: object): void {
  call.upstream.send({ type: 'session.update', session: { type: 'realtime', ...session } });
}

function receivedTypes({ emulator }: World, { upstream }: PageCall): readonly unknown[] {
  return (
    emulator
      .session(upstream.id)
      ?.received()
      .map(({ type }) => type) ?? []
  );
}

async function connect(world: World, call: PageCall): Promise<void> {
  await world.service.heartbeat(call.id, { id: 'ada' });
  call.upstream.connect();
  // The sideband has learned the session.
  await world.advance(1000);
}

async function createGuarded(mode: CallUpstream['pageUpdates'], options: WorldOptions = {}) {
  const world = await createWorldOf({ limits: { idleTimeoutMs: 3_600_000 }, ...options });
  world.upstream.pageUpdates = mode;
  const call = await world.create();
  await connect(world, call);
  return { world, call };
}

describe('a session that the page changes', () => {
  it('is restored by default', async () => {
    expect(openaiCalls().pageUpdates).toBe('restore');
    const { world, call } = await createGuarded('restore');
    update(call, { instructions: 'Say anything.' });
    await world.until('the change', () => world.eventsOf('page-update').length > 0);
    await world.until('the restoration', () => instructionsOf(call) === SESSION.instructions);
    expect(world.eventsOf('page-update')).toEqual([
      expect.objectContaining({ action: 'restored', paths: ['instructions'] }),
    ]);
    expect(call.upstream.state).toBe('active');
  });

  it('ends the call after three restorations', async () => {
    const { world, call } = await createGuarded('restore');
    for (let change = 1; change <= 4; change += 1) {
      update(call, { instructions: `Change ${change}.` });
      await world.until('the reaction', () => world.eventsOf('page-update').length === change);
      if (change < 4)
        await world.until('the restoration', () => instructionsOf(call) === SESSION.instructions);
    }
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'page-update' })]);
  });

  it("ends the call with pageUpdates: 'end'", async () => {
    const { world, call } = await createGuarded('end');
    update(call, { tools: [{ type: 'function', name: 'refund', parameters: { type: 'object' } }] });
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'page-update' })]);
  });

  it("is left alone with pageUpdates: 'allow'", async () => {
    const { world, call } = await createGuarded('allow');
    update(call, { instructions: 'Say anything.' });
    await world.until('the change', () => instructionsOf(call) === 'Say anything.');
    await world.advance(5000);
    expect(instructionsOf(call)).toBe('Say anything.');
    expect(world.eventsOf('page-update')).toEqual([]);
  });

  it('may change where `allow` lets it', async () => {
    const { world, call } = await createGuarded('restore', { allowedPaths: ['instructions'] });
    update(call, { instructions: 'Say anything.' });
    await world.until('the change', () => instructionsOf(call) === 'Say anything.');
    await world.advance(5000);
    expect(world.eventsOf('page-update')).toEqual([]);
    expect(instructionsOf(call)).toBe('Say anything.');
  });

  it('may be changed by the owner', async () => {
    const calls: Call<Principal>[] = [];
    const { world, call } = await createGuarded('restore', { onCall: (one) => void calls.push(one) });
    calls[0]?.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.' } });
    await world.until('the change', () => instructionsOf(call) === 'Be kind.');
    update(call, { instructions: 'Say anything.' });
    await world.until('the reaction', () => world.eventsOf('page-update').length === 1);
    await world.until('the restoration', () => instructionsOf(call) === 'Be kind.');
  });
});

describe.each(apis)('onCall of %s', (api) => {
  const createWorld = (options: WorldOptions): Promise<World> => createWorldOf({ api, ...options });

  it('gets the events of the call, sends events, and hangs up', async () => {
    const types: unknown[] = [];
    const calls: Call<Principal>[] = [];
    const world = await createWorld({
      onCall(call) {
        calls.push(call);
        call.on((event) => types.push(event['type']));
        call.on(() => {
          throw new Error('A defect of the owner.');
        });
      },
    });
    const page = await world.create();
    const [call] = calls;
    expect(call).toMatchObject({
      id: page.id,
      principal: { id: 'ada' },
      resumed: 'no',
      model: world.facts.session.model,
    });
    await connect(world, page);
    world.facts.respond(world.emulator, page.upstream);
    await world.until('a response', () => types.includes(world.facts.responseEvent));
    call?.send(world.facts.clientEvent);
    await world.until('the event', () => receivedTypes(world, page).includes(world.facts.clientEvent.type));
    expect(call?.signal.aborted).toBe(false);
    await world.settle(call?.hangUp() ?? Promise.resolve());
    expect(page.upstream.closedBy).toBe('hangup');
    expect(call?.signal.aborted).toBe(true);
    expect(world.eventsOf('call-ended')).toEqual([expect.objectContaining({ reason: 'revoked' })]);
    expect(world.eventsOf('degraded')[0]).toMatchObject({ part: 'on-call' });
  });

  it('does not affect the call when it throws', async () => {
    const world = await createWorld({
      onCall() {
        throw new Error('A defect of the owner.');
      },
    });
    const call = await world.create();
    await connect(world, call);
    expect(call.upstream.state).toBe('active');
    const [event, ...others] = world.eventsOf('degraded');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      part: 'on-call',
      error: expect.stringMatching(/^Error: A defect of the owner\. at .*supervision\.test\.ts:/),
    });
    expect(Object.keys(event ?? {})).not.toContain('cause');
    expect(event?.cause).toBeInstanceOf(Error);
  });
});

describe.each(apis)('events of %s', (api) => {
  const createWorld = (options: WorldOptions): Promise<World> => createWorldOf({ api, ...options });
  const cost = apiFacts[api].costOfResponses;

  async function talk(options: WorldOptions): Promise<World> {
    const world = await createWorld(options);
    const call = await world.create();
    await connect(world, call);
    world.facts.respond(world.emulator, call.upstream);
    await world.until('usage', () => responsesOf(world).length === 1);
    await world.settle(world.service.hangUp(call.id, { id: 'ada' }));
    return world;
  }

  it('contain what was said only when asked for', async () => {
    expect((await talk({})).eventsOf('transcript')).toEqual([]);
    const { events } = await talk({ transcripts: 'events' });
    expect(events).toContainEqual(expect.objectContaining({ type: 'transcript', role: 'assistant' }));
  });

  it('contain no key, provider id, offer, instructions or principal', async () => {
    const world = await talk({ limits: { budget: { perCall: 9, cost, unpriced: 'end' } } });
    const text = JSON.stringify(world.events);
    expect(text).toContain('call-started');
    for (const secret of [
      world.emulator.apiKey,
      world.facts.idPrefix,
      'm=audio',
      world.facts.session.instructions,
      '"ada"',
    ])
      expect(text).not.toContain(secret);
  });

  it('report what a call used and cost', async () => {
    const world = await talk({
      limits: { budget: { perCall: 9, cost: (usage) => 1.25 * cost(usage), unpriced: 'end' } },
    });
    const [usage] = responsesOf(world);
    expect(usage).toMatchObject({ cost: 1.25, total: { cost: 1.25 }, usage: { type: 'response' } });
    const [ended] = world.eventsOf('call-ended');
    expect(ended?.usage).toEqual(usage?.total);
    expect(ended?.usage.outputTokens).toBeGreaterThan(0);
  });
});
