import type { TokenError } from '../errors/token-error.ts';
import type { HeldToken, Model, Waiter } from './model.ts';
import { burnsOnUse, isDue, remainingMs } from './token-life.ts';

/**
 * Hands the current token to every waiter it satisfies. A token that burns on use serves one.
 *
 * @param model - What is known.
 */
export function serveWaiters<S>(model: Model<S>): void {
  model.waiters = model.waiters.filter((waiter) => {
    const { held } = model;
    if (!held || !satisfies(held, waiter, remainingMs(held, model.now))) return true;
    waiter.resolve(held.token);
    model.unused = 0;
    model.isWanted ||= isDue(model);
    if (burnsOnUse(model, held)) {
      if (model.settings.reuse === 'once') model.refusedValue = held.token.value;
      model.held = undefined;
    }
    return false;
  });
}

/**
 * Rejects some waiters; the others stay.
 *
 * @param model - What is known.
 * @param error - Why.
 * @param isConcerned - Which ones. Default all.
 */
export function rejectWaiters<S>(
  model: Model<S>,
  error: TokenError,
  isConcerned: (waiter: Waiter<S>) => boolean = () => true,
): void {
  model.waiters = model.waiters.filter((waiter) => {
    const concerned = isConcerned(waiter);
    if (concerned) waiter.reject(error);
    return !concerned;
  });
}

function satisfies<S>(held: HeldToken<S>, { replaces, minRemainingMs }: Waiter<S>, leftMs: number): boolean {
  if (replaces === held) return false;
  return minRemainingMs === undefined ? leftMs > held.marginMs : leftMs >= minRemainingMs;
}
