import { describe, expect, it } from 'vitest';
import { memoryCallStore } from '../../src/calls.ts';
import type { CallStore } from '../../src/calls.ts';
import { createWorld } from '../support/call-world.ts';
import type { PageCall, ServerProcess, World, WorldOptions } from '../support/call-world.ts';
import { createKillable } from '../support/killable.ts';
import type { Killable } from '../support/killable.ts';

const ada = { id: 'ada' };

interface TwoProcesses {
  readonly world: World;
  /** Has created the call, and can be killed or frozen. */
  readonly owner: ServerProcess & Killable;
  readonly call: PageCall;
}

/** A call whose page has connected, and another process with the same store: `world`. */
async function createProcesses(limits: WorldOptions['limits'] = {}): Promise<TwoProcesses> {
  let nowMs = (): number => 0;
  const store: CallStore = { ...memoryCallStore({ nowMs: () => nowMs() }), scope: 'shared' };
  const budget = { cost: () => 1, unpriced: 'end' } as const;
  const world = await createWorld({
    secret: 'a secret of 16 characters',
    limits: { budget, ...limits },
    store,
  });
  nowMs = () => world.clock.nowMs();
  const killable = createKillable(world.clock, store);
  const { clock, fetch, store: ownStore } = killable;
  const owner = world.startProcess({ clock, fetch, store: ownStore, killed: 'by the test' });
  const attach = owner.upstream.attach.bind(owner.upstream);
  owner.upstream.attach = (id, handlers, context) =>
    attach(
      id,
      {
        onEvent: (event) => killable.enter(() => handlers.onEvent(event)),
        onClose: (code) => killable.enter(() => handlers.onClose(code)),
      },
      context,
    );
  const call = await owner.create();
  call.upstream.connect();
  await world.service.heartbeat(call.id, ada);
  await world.advance(5000);
  return { world, owner: { ...owner, ...killable }, call };
}

const gaps = (process: ServerProcess) => process.eventsOf('usage-gap').map(({ durationMs }) => durationMs);

describe('a call that another process than its owner ends', () => {
  it('has no gap if its owner watched it', async () => {
    const { world, owner, call } = await createProcesses();
    await world.settle(world.service.hangUp(call.id, ada));
    await world.advance(20_000);
    expect([...gaps(world), ...gaps(owner)]).toEqual([]);
  });

  it('has a gap if its owner was killed before', async () => {
    const { world, owner, call } = await createProcesses();
    owner.kill();
    await world.settle(world.service.hangUp(call.id, ada));
    await world.advance(4000);
    expect(gaps(world)).toEqual([]);
    await world.advance(2000);
    expect(gaps(world)).toEqual([expect.closeTo(13_000, -3)]);
    expect(world.eventsOf('call-ended')).toMatchObject([{ call: call.id, reason: 'hung-up' }]);
  });

  it('has a gap if its owner was frozen then', async () => {
    const { world, owner, call } = await createProcesses({ heartbeatTimeoutMs: 600_000 });
    owner.freeze();
    // Its lease has expired, but no other process has taken the call over yet.
    await world.advance(8500);
    await world.settle(world.service.hangUp(call.id, ada));
    await world.advance(3000);
    owner.thaw();
    await world.advance(6000);
    expect(world.eventsOf('call-resumed')).toEqual([]);
    expect(gaps(world)).toHaveLength(1);
  });

  it('has a gap if its owner was killed, and its time was over when it was taken over', async () => {
    const { world, owner, call } = await createProcesses({ maxDurationMs: 10_000 });
    owner.kill();
    await world.advance(30_000);
    await world.untilEnded(call);
    await world.advance(6000);
    expect(gaps(world)).toEqual([expect.closeTo(13_000, -3)]);
    expect(world.eventsOf('call-ended')).toMatchObject([{ reason: 'duration' }]);
  });
});

describe('a process that was frozen', () => {
  it('does not end a call as idle that another process has taken over', async () => {
    const { world, owner, call } = await createProcesses({
      idleTimeoutMs: 60_000,
      heartbeatTimeoutMs: 600_000,
    });
    owner.freeze();
    await world.advance(30_000);
    await world.until('the takeover', () => world.eventsOf('call-resumed').length === 1);
    call.upstream.send({ type: 'input_audio_buffer.commit' });
    call.upstream.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
    });
    await world.advance(35_000);
    owner.thaw();
    await world.advance(10_000);
    expect(call.upstream.state).toBe('active');
    await world.advance(60_000);
    await world.untilEnded(call);
    expect(world.eventsOf('call-ended')).toMatchObject([{ reason: 'idle' }]);
    expect(owner.eventsOf('call-ended')).toEqual([]);
  });

  it('ends an idle call that it still has', async () => {
    const { world, owner, call } = await createProcesses({
      idleTimeoutMs: 60_000,
      heartbeatTimeoutMs: 600_000,
    });
    await world.service.close({ graceMs: 0 });
    owner.freeze();
    await world.advance(65_000);
    owner.thaw();
    await world.advance(10_000);
    await world.untilEnded(call);
    expect(owner.eventsOf('call-ended')).toMatchObject([{ reason: 'idle' }]);
  });
});
