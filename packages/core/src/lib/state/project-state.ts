import { keepsFresh } from './plan-mint.ts';
import type { HeldToken, Model } from './model.ts';
import type { Surroundings } from './step.ts';
import type { ReadyState, TokenState } from './token-state.ts';
import { isUsable } from './token-life.ts';

const idle: TokenState = { status: 'idle' };
const disposed: TokenState = { status: 'disposed' };

/**
 * What the outside may see of a model. Answers the previous state itself when nothing visible changed.
 *
 * @param model - What is known.
 * @param world - The moment.
 * @param previous - The state shown so far.
 */
export function projectState<S>(model: Model<S>, world: Surroundings, previous: TokenState): TokenState {
  const next = project(model, world);
  return isSame(previous, next) ? previous : next;
}

function project<S>(model: Model<S>, world: Surroundings): TokenState {
  if (model.phase === 'disposed') return disposed;
  if (isUsable(model.held, world.now)) return ready(model, model.held, world);
  if (model.mint !== undefined || model.waiters.length > 0 || keepsFresh(model, world)) return loading(model);
  return model.error ? { status: 'failed', error: model.error } : idle;
}

function loading<S>(model: Model<S>): TokenState {
  return {
    status: 'loading',
    attempt: model.mint?.attempt ?? model.failures + 1,
    retryAtMs: model.mint ? undefined : model.coolDown?.untilWallMs,
    error: model.error,
  };
}

function ready<S>(model: Model<S>, held: HeldToken<S>, world: Surroundings): ReadyState {
  return {
    status: 'ready',
    acquiredAtMs: held.startedAt.wallMs,
    expiresAtMs: held.token.expiresAtMs,
    refreshAtMs: keepsFresh(model, world) ? refreshAtMs(model, held) : undefined,
    refreshing: model.mint !== undefined,
    error: model.error,
    expirySource: held.expirySource,
    clockSkewMs: held.clockSkewMs,
  };
}

function refreshAtMs<S>(model: Model<S>, held: HeldToken<S>): number {
  const dueMs = Math.round(held.startedAt.wallMs + held.lifetimeMs - held.leadMs);
  return Math.max(dueMs, model.coolDown?.untilWallMs ?? dueMs);
}

function isSame(a: TokenState, b: TokenState): boolean {
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.get(key) === value);
}
