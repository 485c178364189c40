import type { Model } from './model.ts';
import { note, noteMint } from './note.ts';
import { mintInMs, reasonFor } from './plan-mint.ts';
import { remainingMs } from './token-life.ts';
import { serveWaiters } from './waiters.ts';

/**
 * What follows from anything that happened: a dead token goes, waiters are served, and a call starts if one is due.
 *
 * @param model - What is known.
 */
export function settle<S>(model: Model<S>): void {
  const { held, now } = model;
  if (held && remainingMs(held, now) === 0) {
    model.held = undefined;
    note(model, { type: 'token-expired' });
  }
  serveWaiters(model);
  const waitMs = mintInMs(model);
  // A prefetch that got its token, or found a fresh one, is done: it does not fire when that token ages.
  if (waitMs === Infinity && !model.mint) model.isWanted = false;
  if (waitMs > 0) return;
  model.mint = {
    reason: reasonFor(model),
    attempt: model.failures + 1,
    startedAt: { ...now },
  };
  model.lastMintMs = now.monotonicMs;
  noteMint(model, model.mint, { type: 'mint-started' });
}
