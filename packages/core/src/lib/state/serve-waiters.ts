import { burnsOnUse, isDue, remainingMs } from './token-life.ts';
import type { HeldToken, Model, Waiter } from './model.ts';
import type { Effect, Step, Surroundings } from './step.ts';

/**
 * Hands the current token to every waiter it satisfies. A token that burns on use serves one.
 *
 * @param model - What is known.
 * @param world - The moment.
 */
export function serveWaiters<S>(model: Model<S>, world: Surroundings): Step<S> {
  const effects: Effect<S>[] = [];
  const left: Waiter[] = [];
  let held = model.held;
  let { wanted, refusedValue } = model;
  for (const waiter of model.waiters) {
    if (held === undefined || !satisfies(held, waiter, world)) {
      left.push(waiter);
      continue;
    }
    effects.push({ type: 'resolve', waiterId: waiter.id, token: held.token });
    if (isDue(held, world.now)) wanted = 'prefetch';
    if (!burnsOnUse(held, world.settings)) continue;
    if (world.settings.reuse === 'once') refusedValue = held.token.value;
    held = undefined;
  }
  return effects.length === 0
    ? { model, effects }
    : { model: { ...model, held, waiters: left, wanted, refusedValue, unusedRefreshes: 0 }, effects };
}

function satisfies<S>(held: HeldToken<S>, waiter: Waiter, world: Surroundings): boolean {
  if (held.sequence <= waiter.after) return false;
  const left = remainingMs(held, world.now);
  return waiter.minRemainingMs === undefined
    ? left > held.marginMs
    : left > 0 && left >= waiter.minRemainingMs;
}
