import type { TokenError } from '../errors/token-error.ts';
import type { HeldToken, Model, Waiter } from './model.ts';
import { burnsOnUse, isDue, remainingMs } from './token-life.ts';

/**
 * Hands the current token to every waiter it satisfies. A token that burns on use serves one.
 *
 * @param model - What is known.
 */
export function serveWaiters<S>(model: Model<S>): void {
  for (const waiter of model.waiters) {
    const { held } = model;
    if (!held) return;
    if (!satisfies(held, waiter, remainingMs(held, model.now))) continue;
    model.waiters.delete(waiter);
    waiter.resolve(held.token);
    model.unused = 0;
    model.isWanted ||= isDue(model);
    if (burnsOnUse(model, held)) {
      if (model.settings.reuse === 'once') model.refusedValue = held.token.value;
      model.held = undefined;
    }
  }
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
  for (const waiter of model.waiters) {
    if (!isConcerned(waiter)) continue;
    model.waiters.delete(waiter);
    waiter.reject(error);
  }
}

function satisfies<S>(held: HeldToken<S>, { replaces, minRemainingMs }: Waiter<S>, leftMs: number): boolean {
  if (replaces === held) return false;
  return minRemainingMs === undefined ? leftMs > held.marginMs : leftMs >= minRemainingMs;
}
