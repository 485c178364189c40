import type { EnvironmentChange } from '../environment.ts';
import { TokenError, withDetails } from '../token-error.ts';
import { getRemainingMs } from '../token/lifetime.ts';
import type { FetchedToken } from '../token/token.ts';
import { learnFromRejection } from './clock-correction.ts';
import { acceptToken } from './mint-result.ts';
import { initialState, isDue, isSingleUse, rejectWaiters, type Model, type Waiter } from './model.ts';
import { getMintDelayMs, getMintReason, isKeptFresh } from './schedule.ts';
import { queueEvent, queueMintEvent, type MintDropped } from './token-event.ts';

/** A caller starts to wait for a token. */
export function addWaiter<S>(model: Model<S>, waiter: Waiter<S>): void {
  const { error, current } = model;
  if (waiter.force) {
    waiter.replaces = current;
    if (model.retryAtMs !== undefined && !model.cooldownBypassed) {
      model.cooldownBypassed = true;
      endCooldown(model);
    }
  } else if (error?.fatal && model.cooldownUntilMs > model.monotonicMs && !current) {
    // Until its cooldown ends, a fatal failure rejects callers without another request.
    waiter.reject(error);
    return;
  }
  model.unusedRefreshes = 0;
  model.waiters.add(waiter);
}

/** A caller stops waiting. Drops the mint with the last caller, unless a lease or a prefetch needs its result. */
export function removeWaiter<S>(model: Model<S>, waiter: Waiter<S>): void {
  model.waiters.delete(waiter);
  if (model.waiters.size + model.leases === 0 && !model.prefetchRequested) dropMint(model, 'abandoned');
}

/** A caller took the current token, so refreshing continues. */
export function markUsed<S>(model: Model<S>): void {
  model.unusedRefreshes = 0;
}

export function requestPrefetch<S>(model: Model<S>): void {
  model.unusedRefreshes = 0;
  model.prefetchRequested = true;
}

export function addLease<S>(model: Model<S>): void {
  model.unusedRefreshes = 0;
  model.leases += 1;
}

export function removeLease<S>(model: Model<S>): void {
  model.leases -= 1;
}

/** The API rejected a token. Does nothing unless it is the current one. */
export function invalidate<S>(model: Model<S>, value = model.current?.token.value): void {
  if (!model.current || value !== model.current.token.value) return;
  learnFromRejection(model);
  model.current = undefined;
  model.rejectedValue = value;
  model.pendingReason = 'invalidated';
  queueEvent(model, { type: 'token-invalidated' });
}

/** Makes a token that was minted elsewhere the current one. */
export function adoptToken<S>(model: Model<S>, fetched: FetchedToken<S>): void {
  dropMint(model, 'set');
  acceptToken(model, fetched);
}

export function onEnvironmentChange<S>(model: Model<S>, change: EnvironmentChange): void {
  if (change === 'hidden' || change === 'offline') return;
  if (change === 'visible') model.unusedRefreshes = 0;
  else if (isConnectionFailure(model)) endCooldown(model);
  if (isKeptFresh(model) && getMintDelayMs(model) <= 0) model.pendingReason ??= change;
}

/** Forgets everything except leases and the time of the last mint. */
export function reset<S>(model: Model<S>): void {
  const { leases, lastMintMs } = model;
  end(model, 'reset', new TokenError('superseded', 'The manager was reset. Call getToken() again.'));
  model.leases = leases;
  model.lastMintMs = lastMintMs;
}

export function dispose<S>(model: Model<S>): void {
  end(model, 'disposed', disposedError());
  model.isDisposed = true;
}

export function disposedError(): TokenError {
  return new TokenError('disposed', 'The manager was disposed. Create a new one.', { fatal: true });
}

/** Runs after every transition: removes an expired token, serves waiters, and starts a mint if one is due. */
export function settle<S>(model: Model<S>): void {
  const { current } = model;
  if (current && getRemainingMs(current, model) === 0) {
    model.current = undefined;
    queueEvent(model, { type: 'token-expired' });
  }
  for (const waiter of model.waiters) serveWaiter(model, waiter);
  rejectLongWaits(model);
  const delayMs = getMintDelayMs(model);
  // A prefetch that found a fresh token is done: it must not start a mint when that token ages.
  if (delayMs === Infinity && !model.mint) model.prefetchRequested = false;
  if (delayMs > 0) return;
  const { wallMs, monotonicMs } = model;
  model.mint = { reason: getMintReason(model), attempt: model.failures + 1, wallMs, monotonicMs };
  model.lastMintMs = monotonicMs;
  queueMintEvent(model, model.mint, { type: 'mint-started' });
}

/** A caller does not wait longer than `retry.maxMs` because a server asks for it. Background work does. */
function rejectLongWaits<S>(model: Model<S>): void {
  const { error, mint, retry } = model;
  const retryAfterMs = model.cooldownUntilMs - model.monotonicMs;
  if (!error || mint || retryAfterMs <= retry.maxMs) return;
  rejectWaiters(model, withDetails(error, { retryAfterMs }), () => true);
}

/** Gives a waiter the current token if it is good enough. A single-use token is gone afterwards. */
function serveWaiter<S>(model: Model<S>, waiter: Waiter<S>): void {
  const { current } = model;
  if (!current || waiter.replaces === current) return;
  const { minRemainingMs } = waiter;
  const leftMs = getRemainingMs(current, model);
  if (minRemainingMs === undefined ? leftMs <= current.marginMs : leftMs < minRemainingMs) return;
  model.waiters.delete(waiter);
  waiter.resolve(current.token);
  model.unusedRefreshes = 0;
  model.prefetchRequested ||= isDue(model);
  if (!isSingleUse(model)) return;
  if (model.reuse === 'once') model.rejectedValue = current.token.value;
  model.current = undefined;
}

/** Gives up the running mint, so that its result is late. */
function dropMint<S>(model: Model<S>, cause: MintDropped['cause']): void {
  if (model.mint) queueMintEvent(model, model.mint, { type: 'mint-dropped', cause });
  model.mint = undefined;
}

function end<S>(model: Model<S>, type: 'reset' | 'disposed', error: TokenError): void {
  dropMint(model, type);
  rejectWaiters(model, error, () => true);
  Object.assign(model, initialState<S>());
  queueEvent(model, { type });
}

/** After a connection failure there is no reason to wait longer once the connection is back. */
function isConnectionFailure<S>({ error }: Model<S>): boolean {
  return error?.code === 'network' || error?.code === 'timeout';
}

function endCooldown<S>(model: Model<S>): void {
  model.cooldownUntilMs = -Infinity;
  model.retryAtMs = undefined;
}
