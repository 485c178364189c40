import type { TokenError } from '../errors/token-error.ts';
import type { EnvironmentChange } from '../environment/environment.ts';
import { onDispose, onDisposed, onReset, dropMint } from './fences.ts';
import type { Model } from './model.ts';
import { accept, onArrived, onFailed } from './on-outcome.ts';
import { keepsFresh, planMint } from './plan-mint.ts';
import { serveWaiters } from './serve-waiters.ts';
import { only, type Input, type Step, type Surroundings } from './step.ts';
import { remainingMs } from './token-life.ts';

/**
 * The whole lifecycle as one pure function: what is known, what happened and the moment give what is known next and what
 * to do about it.
 *
 * @param model - What is known.
 * @param input - What happened.
 * @param world - The moment.
 */
export function transition<S>(model: Model<S>, input: Input<S>, world: Surroundings): Step<S> {
  if (model.phase === 'disposed') return onDisposed(model, input);
  return settle(react(model, input, world), world);
}

function react<S>(model: Model<S>, input: Input<S>, world: Surroundings): Step<S> {
  switch (input.type) {
    case 'get':
      return onGet(model, input, world);
    case 'leave':
      return onLeave(model, input.waiterId, world);
    case 'take':
      return only({ ...model, unusedRefreshes: 0 });
    case 'prefetch':
      return only({ ...model, unusedRefreshes: 0, wanted: 'prefetch' });
    case 'lease':
      return only({ ...model, unusedRefreshes: 0, leases: model.leases + 1 });
    case 'release':
      return only({ ...model, leases: model.leases - 1 });
    case 'arrived':
      return model.mint?.id === input.mintId
        ? onArrived(model, model.mint, input.arrival)(world)
        : only(model);
    case 'failed':
      return model.mint?.id === input.mintId ? onFailed(model, model.mint, input.error)(world) : only(model);
    case 'set':
      return after(dropMint(model, 'set', world), (next) => accept(next, input.arrival, world));
    case 'invalidate':
      return onInvalidate(model, input.value, world);
    case 'changed':
      return only(onChanged(model, input.what, world));
    case 'reset':
      return onReset(model, world);
    case 'dispose':
      return onDispose(model, world);
    case 'wake':
      return only(model);
  }
}

/** What follows from any new model: a dead token goes, waiters are served, and a call starts if one is due. */
function settle<S>(step: Step<S>, world: Surroundings): Step<S> {
  const served = after(
    after(step, (model) => expire(model, world)),
    (model) => serveWaiters(model, world),
  );
  return after(served, (model) => {
    const plan = planMint(model, world);
    if (!plan || plan.waitMs > 0) return only(withoutNeed(model, plan));
    const mint = {
      id: model.started + 1,
      reason: plan.reason,
      attempt: model.failures + 1,
      owner: plan.owner,
    };
    return {
      model: { ...model, mint, started: mint.id, lastMintMonotonicMs: world.now.monotonicMs },
      effects: [
        { type: 'mint', mint },
        {
          type: 'event',
          event: { type: 'mint-started', atMs: world.now.wallMs, reason: mint.reason, attempt: mint.attempt },
        },
      ],
    };
  });
}

/** A prefetch that finds a fresh token is done, so that it does not fire when that token ages. */
function withoutNeed<S>(model: Model<S>, plan: unknown): Model<S> {
  return plan === undefined && model.mint === undefined && model.wanted === 'prefetch'
    ? { ...model, wanted: 'no' }
    : model;
}

function expire<S>(model: Model<S>, world: Surroundings): Step<S> {
  if (!model.held || remainingMs(model.held, world.now) > 0) return only(model);
  return {
    model: { ...model, held: undefined },
    effects: [{ type: 'event', event: { type: 'token-expired', atMs: world.now.wallMs } }],
  };
}

function onGet<S>(model: Model<S>, input: Extract<Input<S>, { type: 'get' }>, world: Surroundings): Step<S> {
  const { waiterId: id, minRemainingMs, force } = input;
  const mayBypass = force === 'force' && model.bypass === 'unused' && model.coolDown !== undefined;
  if (force === 'any' && isFinallyFailed(model, world)) {
    return { model, effects: [{ type: 'reject', waiterId: id, error: model.error }] };
  }
  const waiter = { id, minRemainingMs, after: force === 'force' ? model.accepted : 0, failures: 0 };
  return only({
    ...model,
    unusedRefreshes: 0,
    waiters: [...model.waiters, waiter],
    coolDown: mayBypass ? undefined : model.coolDown,
    bypass: mayBypass ? 'used' : model.bypass,
  });
}

/** A fatal failure is answered again, without a call, until its cool-down is over. */
function isFinallyFailed<S>(model: Model<S>, world: Surroundings): model is Model<S> & { error: TokenError } {
  if (!model.error || !model.coolDown || model.held || !world.settings.isFatal(model.error)) return false;
  return model.coolDown.sinceMonotonicMs + model.coolDown.ms > world.now.monotonicMs;
}

function onLeave<S>(model: Model<S>, waiterId: number, world: Surroundings): Step<S> {
  const next = { ...model, waiters: model.waiters.filter((waiter) => waiter.id !== waiterId) };
  const isAbandoned = next.mint?.owner === 'callers' && next.waiters.length === 0 && next.leases === 0;
  return isAbandoned ? dropMint(next, 'abandoned', world) : only(next);
}

function onInvalidate<S>(model: Model<S>, value: string | undefined, world: Surroundings): Step<S> {
  if (!model.held || (value !== undefined && value !== model.held.token.value)) return only(model);
  return {
    model: { ...model, held: undefined, refusedValue: model.held.token.value, occasion: 'invalidated' },
    effects: [{ type: 'event', event: { type: 'token-invalidated', atMs: world.now.wallMs } }],
  };
}

function onChanged<S>(model: Model<S>, what: EnvironmentChange, world: Surroundings): Model<S> {
  if (what === 'hidden' || what === 'offline') return model;
  const next = what === 'visible' ? { ...model, unusedRefreshes: 0 } : liftCoolDown(model);
  const isCause = next.accepted > 0 && keepsFresh(next, world) && planMint(next, world)?.waitMs === 0;
  return isCause ? { ...next, occasion: next.occasion ?? what } : next;
}

/** The network or the machine is back: a failure to connect is no reason to wait any more. */
function liftCoolDown<S>(model: Model<S>): Model<S> {
  return model.coolDown?.lifts === 'when-back' ? { ...model, coolDown: undefined } : model;
}

/** Runs a second step on what the first one left. */
function after<S>(step: Step<S>, next: (model: Model<S>) => Step<S>): Step<S> {
  const { model, effects } = next(step.model);
  return { model, effects: effects.length === 0 ? step.effects : [...step.effects, ...effects] };
}
