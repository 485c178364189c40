import { getRemainingMs } from '../token/lifetime.ts';
import { isClockWrong } from './clock-correction.ts';
import { isDue, isForced, isUsable, type BackoffSettings, type Model } from './model.ts';
import type { RefreshReason } from './token-event.ts';

/** The longest delay that is honored when a server asks clients to wait: one day. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * Returns how long the next mint has to wait, because of a cooldown or `minIntervalMs`: 0 or less if it is due now,
 * `Infinity` if no mint is needed, or one is running.
 */
export function getMintDelayMs<S>(model: Model<S>): number {
  if (model.mint) return Infinity;
  const isNeeded =
    model.waiters.size > 0 || (isDue(model) && (model.prefetchRequested || shouldRefreshNow(model)));
  if (!isNeeded) return Infinity;
  // Only monotonic time counts here, so that a jump of the wall clock cannot shorten the interval.
  return Math.max(model.cooldownUntilMs, model.lastMintMs + model.minIntervalMs) - model.monotonicMs;
}

export function getMintReason<S>(model: Model<S>): RefreshReason {
  const { pendingReason } = model;
  if (pendingReason !== 'initial' && isForced(model)) return 'forced';
  return pendingReason ?? (model.waiters.size > 0 && !isUsable(model) ? 'demand' : 'proactive');
}

/**
 * Whether the token is refreshed without a call: a lease is held, the options and the page allow it, the tokens are
 * used, and the last failure was not fatal.
 */
export function isKeptFresh<S>(model: Model<S>): boolean {
  const { leases, error, refreshWhile } = model;
  if (leases === 0 || error?.fatal || refreshWhile === 'never' || isClockWrong(model)) return false;
  if (model.unusedRefreshes >= model.maxUnusedRefreshes) return false;
  return refreshWhile === 'leased' || model.environment.isVisible();
}

/**
 * Returns how long until the model changes by itself, or `Infinity`.
 *
 * @param audience - `none` if there are no subscribers, leases or waiters that would notice an expiry.
 */
export function getWakeDelayMs<S>(model: Model<S>, audience: 'some' | 'none'): number {
  const { current } = model;
  const delays = [getMintDelayMs(model)];
  if (current) {
    const leftMs = getRemainingMs(current, model);
    if (isKeptFresh(model) && !isDue(model)) delays.push(leftMs - current.leadMs);
    if (audience === 'some') delays.push(isUsable(model) ? leftMs - current.marginMs : leftMs);
  }
  return Math.min(...delays);
}

/**
 * Returns an exponential backoff with full jitter, between half the base and a ceiling that doubles with every failure.
 *
 * @param failures - Failures in a row, 1 or more.
 * @param random - A number in [0, 1).
 */
export function getBackoffMs(failures: number, { baseMs, maxMs }: BackoffSettings, random: number): number {
  const ceilingMs = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  const floorMs = Math.min(baseMs / 2, ceilingMs);
  return floorMs + random * (ceilingMs - floorMs);
}

/** Limits a requested delay to one day. Returns 0 for `undefined` and NaN: a fetcher may throw errors with any number. */
export function clampRetryAfterMs(ms: number | undefined = 0): number {
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0;
}

/** Background work waits for the network. A caller never does, because being offline is only a hint. */
export function shouldRefreshNow<S>(model: Model<S>): boolean {
  return isKeptFresh(model) && model.environment.isOnline();
}
