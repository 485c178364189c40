import type { CallEndReason } from '../../../packages/server/src/lib/calls/call-end.ts';
import type { CallStore, EndedCall, Spend } from '../../../packages/server/src/lib/calls/call-store.ts';
import { openCall } from './ledger.ts';
import type { Creation } from './ledger.ts';
import type { Lifeline } from './lifeline.ts';
import { checkReason } from './rules.ts';
import { checkStored } from './secrets.ts';
import type { World } from './world.ts';

/** As one process sees the shared store: it can be slow, down, or lose answers, and ends with the process. */
export function createProcessStore(world: World, lifeline: Lifeline): CallStore {
  const { store } = world;
  /** The store runs a command only if the process lives, and the process notices the result only if it still does. */
  const call = <T>(run: () => Promise<T>, ...sent: readonly unknown[]): Promise<T> => {
    if (lifeline.state() === 'dead') return new Promise(() => undefined);
    checkStored(world, sent);
    return lifeline.deliver(runCommand(world, run));
  };
  return {
    scope: 'shared',
    reserve: (reservation, lease) => call(() => store.reserve(reservation, lease), reservation, lease),
    start(id, started, lease) {
      recordId(world, id, started.upstreamId);
      return call(async () => {
        const result = await store.start(id, started, lease);
        const creation = world.ledger.byId(id);
        if (result !== 'gone' && creation !== undefined) creation.storedAtMs ??= world.timeline.nowMs();
        return result;
      }, started);
    },
    read: (id) => call(() => store.read(id), id),
    touch: (id, timeoutMs) => call(() => store.touch(id, timeoutMs), id),
    requestEnd(selector, reason) {
      if ('call' in selector) recordEndRequest(world, selector.call, reason);
      return call(() => store.requestEnd(selector, reason), selector);
    },
    finish(id, reason) {
      let ended: EndedCall | undefined;
      const result = call(async () => {
        ended = await store.finish(id, reason);
        if (ended !== undefined) recordEnd(world, ended);
        return ended;
      });
      return result.then((seen) => {
        const creation = world.ledger.byId(id);
        if (seen !== undefined && creation !== undefined) creation.endSeen = 'yes';
        return seen;
      });
    },
    spend: (id, spend) =>
      call(async () => {
        const result = await store.spend(id, spend);
        if (result?.kind === 'counted') recordSpend(world, id, spend);
        return result;
      }, spend),
    claim: (id, key) => call(() => store.claim(id, key), key),
    renew: (lease, ids) => call(() => store.renew(lease, ids), lease),
    takeOver: (lease, limit) => call(() => store.takeOver(lease, limit), lease),
    due: (limit) => call(() => store.due(limit)),
    release: (owner) => call(() => store.release(owner)),
    count: (selector) => call(() => store.count(selector), selector),
  };
}

async function runCommand<T>(world: World, run: () => Promise<T>): Promise<T> {
  const { activity, health, random, timeline } = world;
  activity.note();
  switch (health.store) {
    case 'up':
      return run();
    case 'slow': {
      const delayMs = random.between(5, 900);
      await timeline.wait(delayMs);
      const result = await run();
      await timeline.wait(delayMs);
      return result;
    }
    case 'down':
      await timeline.wait(random.pick([1, 2000]));
      throw new Error('The store cannot be reached.');
    case 'loses-answers': {
      const result = await run();
      if (random.chance(0.5)) return result;
      world.journal.count('store: lost answers');
      await timeline.wait(2000);
      throw new Error('The store did not answer.');
    }
  }
}

function recordId(world: World, id: string, upstreamId: string): void {
  const creation = world.ledger.byUpstreamId(upstreamId);
  if (creation === undefined) {
    world.journal.fail('created-once', 'the store got a call that the provider did not create');
    return;
  }
  if (creation.id !== undefined && creation.id !== id)
    world.journal.fail('created-once', `#${creation.number} is stored with two ids`);
  world.ledger.setId(creation, id);
}

function recordSpend({ ledger }: World, id: string, { cost, inputTokens, outputTokens }: Spend): void {
  const creation = ledger.byId(id);
  if (creation === undefined) return;
  creation.counted.tokens += inputTokens + outputTokens;
  creation.counted.cost += cost;
}

function recordEndRequest({ ledger, timeline }: World, id: string, reason: CallEndReason): void {
  const creation = ledger.byId(id);
  // A request that the store did not get is repeated, or another process finds another reason.
  if (creation === undefined || creation.endRequests.has(reason)) return;
  const { lastBeatAtMs, lastActiveAtMs } = creation;
  creation.endRequests.set(reason, { lastBeatAtMs, lastActiveAtMs, atMs: timeline.nowMs() });
}

function recordEnd(world: World, ended: EndedCall): void {
  const creation = world.ledger.byId(ended.id);
  if (creation === undefined) return; // a reservation
  if (creation.ended !== undefined) world.journal.fail('one-end', `${name(creation)} has ended twice`);
  if (openCall(creation) !== undefined)
    world.journal.fail('slots', `the slot of ${name(creation)} is free, but it runs`);
  checkReason(world, creation, ended);
  creation.ended = ended;
  creation.endedAtMs = world.timeline.nowMs();
  world.journal.log(`store: ${name(creation)} has ended: ${ended.endReason}`);
}

function name({ number }: Creation): string {
  return `call ${number}`;
}
