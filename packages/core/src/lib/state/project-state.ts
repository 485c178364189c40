import type { Model } from './model.ts';
import { keepsFresh } from './plan-mint.ts';
import { isUsable } from './token-life.ts';
import type { TokenState } from './token-state.ts';

/**
 * What the outside may see of a model. Answers the previous state itself when nothing visible changed.
 *
 * @param model - What is known.
 * @param previous - The state shown so far.
 */
export function projectState<S>(model: Model<S>, previous: TokenState): TokenState {
  const next = project(model);
  const shown: Partial<Record<string, unknown>> = { ...previous };
  return Object.entries(next).every(([key, value]) => shown[key] === value) ? previous : next;
}

function project<S>(model: Model<S>): TokenState {
  const { mint, error, retryAtMs } = model;
  if (model.isDisposed) return { status: 'disposed' };
  const isFresh = keepsFresh(model);
  if (isUsable(model)) {
    const { startedAt, lifetimeMs, leadMs, token, expirySource, clockSkewMs } = model.held;
    const dueMs = Math.round(startedAt.wallMs + lifetimeMs - leadMs);
    return {
      status: 'ready',
      acquiredAtMs: startedAt.wallMs,
      expiresAtMs: token.expiresAtMs,
      refreshAtMs: isFresh ? Math.max(dueMs, retryAtMs ?? dueMs) : undefined,
      refreshing: !!mint,
      error,
      expirySource,
      clockSkewMs,
    };
  }
  if (mint || isFresh || model.waiters.size > 0) {
    return { status: 'loading', attempt: model.failures + 1, retryAtMs: mint ? undefined : retryAtMs, error };
  }
  return error ? { status: 'failed', error } : { status: 'idle' };
}
