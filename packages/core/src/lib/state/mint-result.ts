import { TokenError, withDetails } from '../token-error.ts';
import { getElapsedMs, getLeadMs, getMarginMs, getRemainingMs } from '../token/lifetime.ts';
import type { FetchedToken } from '../token/token.ts';
import {
  correctLifetime,
  suspectClock,
  withUnknownLifetime,
  type ClockSuspicion,
} from './clock-correction.ts';
import { isForced, noFailures, rejectWaiters, type Mint, type Model } from './model.ts';
import { getBackoffMs, clampRetryAfterMs } from './schedule.ts';
import { queueEvent, queueMintEvent } from './token-event.ts';

/** After this many unusable tokens in a row, callers no longer wait for another one. */
const MAX_REJECTED_ARRIVALS = 2;

/** The running mint returned a token: accepts it, or treats an unusable one as a failure. */
export function onToken<S>(model: Model<S>, arrived: FetchedToken<S>): void {
  const { mint, pendingReason, waiters } = model;
  if (!mint) return;
  const isUsed = waiters.size > 0 || pendingReason === 'initial';
  const { fetched, suspicion, error } = checkToken(model, arrived);
  if (error) {
    model.rejectedArrivals += 1;
    const isUseless = suspicion !== 'possible' && model.rejectedArrivals >= MAX_REJECTED_ARRIVALS;
    fail(model, error, isUseless ? 'useless' : 'useful');
    return;
  }
  model.mint = undefined;
  if (!suspicion) model.deadArrivals = 0;
  acceptToken(model, fetched);
  const { lifetimeMs, expirySource, clockSkewMs } = fetched;
  const durationMs = getElapsedMs(mint, model);
  queueMintEvent(model, mint, { type: 'mint-succeeded', durationMs, lifetimeMs, expirySource, clockSkewMs });
  if (isUsed) return;
  model.unusedRefreshes += 1;
  if (model.unusedRefreshes === model.maxUnusedRefreshes) queueEvent(model, { type: 'refresh-paused' });
}

interface CheckedToken<Session> {
  /** The token with its corrected lifetime. */
  readonly fetched: FetchedToken<Session>;
  readonly suspicion: ClockSuspicion | undefined;
  readonly error: TokenError | undefined;
}

function checkToken<S>(model: Model<S>, arrived: FetchedToken<S>): CheckedToken<S> {
  const fetched = correctLifetime(model, arrived);
  const error = checkLifetime(model, fetched);
  const suspicion = error && suspectClock(model, fetched);
  if (suspicion !== 'confirmed') return { fetched, suspicion, error: error ?? checkProgress(model, fetched) };
  const undated = withUnknownLifetime(model, fetched);
  return { fetched: undated, suspicion, error: checkProgress(model, undated) };
}

/** The running mint failed. */
export function onFailure<S>(model: Model<S>, error: TokenError): void {
  model.rejectedArrivals = 0;
  fail(model, error, 'useful');
}

/** Makes a checked token the current one, and rejects waiters that need a longer lifetime than any such token has. */
export function acceptToken<S>(model: Model<S>, fetched: FetchedToken<S>): void {
  const { lifetimeMs } = fetched;
  Object.assign(model, noFailures);
  model.current = {
    ...fetched,
    leadMs: getLeadMs(lifetimeMs, model, model.environment.random()),
    marginMs: getMarginMs(lifetimeMs),
    promise: Promise.resolve(fetched.token),
  };
  model.pendingReason = undefined;
  const leftMs = getRemainingMs(fetched, model);
  const error = tooShort(leftMs, 'minRemainingMs requires more');
  rejectWaiters(model, error, ({ minRemainingMs = 0 }) => minRemainingMs > leftMs);
}

/** Returns `expired-on-arrival` or `lifetime-too-short` if the token's remaining lifetime is too short. */
export function checkLifetime<S>(model: Model<S>, fetched: FetchedToken<S>): TokenError | undefined {
  const { lifetimeMs, clockSkewMs, expirySource } = fetched;
  const leftMs = getRemainingMs(fetched, model);
  const { minLifetimeMs } = model;
  const marginMs = getMarginMs(lifetimeMs);
  if (leftMs > 0) {
    return leftMs > marginMs && leftMs >= minLifetimeMs
      ? undefined
      : tooShort(leftMs, `${toSeconds(Math.max(minLifetimeMs, marginMs))} are required`);
  }
  const skew = clockSkewMs ? `, clocks differ by ${toSeconds(clockSkewMs)}` : '';
  const suspicion = expirySource === 'trusted' ? ', this clock may be ahead' : '';
  return new TokenError(
    'expired-on-arrival',
    `The token was already expired when it arrived (${toSeconds(lifetimeMs)} from the start of its request${skew || suspicion}). Check both clocks, and return expires_in from the mint route.`,
  );
}

/** Returns `no-progress` if the token is no better than the current one, or is one that was rejected. */
function checkProgress<S>(model: Model<S>, fetched: FetchedToken<S>): TokenError | undefined {
  const { current, rejectedValue } = model;
  const { value } = fetched.token;
  if (value === rejectedValue || value === current?.token.value) return noProgress('the same token again');
  if (!current || isForced(model)) return undefined;
  const isLater = getRemainingMs(fetched, model) > getRemainingMs(current, model);
  return isLater ? undefined : noProgress('a token that expires no later than the current one');
}

/**
 * Starts a cooldown and rejects callers that have waited long enough. A token that still works stays.
 *
 * @param outlook - Whether it is useful to fetch another token soon.
 */
function fail<S>(model: Model<S>, thrown: TokenError, outlook: 'useful' | 'useless'): void {
  const { mint, retry } = model;
  if (!mint) return;
  const error = describeFailure(model, mint, thrown);
  if (model.mint !== mint) return; // isFatal is user code: it may have reset the manager
  const isUseless = outlook === 'useless';
  const failures = model.failures + 1;
  const delayMs = Math.max(
    clampRetryAfterMs(error.retryAfterMs),
    isUseless ? retry.maxMs : getBackoffMs(failures, retry, model.environment.random()),
  );
  model.mint = undefined;
  model.prefetchRequested = false;
  model.failures = failures;
  model.error = error;
  model.cooldownUntilMs = model.monotonicMs + delayMs;
  const intervalMs = model.lastMintMs + model.minIntervalMs - model.monotonicMs;
  model.retryAtMs = Math.round(model.wallMs + Math.max(delayMs, intervalMs));
  for (const waiter of model.waiters) waiter.failures += 1;
  rejectWaiters(model, error, (waiter) => waiter.failures >= retry.limit || error.fatal || isUseless);
  queueMintEvent(model, mint, { type: 'mint-failed', error });
}

/** Adds to an error when it happened, and whether it is fatal by the user's `isFatal`. */
function describeFailure<S>(model: Model<S>, mint: Mint, thrown: TokenError): TokenError {
  const error = withDetails(thrown, { attempt: mint.attempt, elapsedMs: getElapsedMs(mint, model) });
  return withDetails(error, { fatal: model.isFatal(error) });
}

function tooShort(leftMs: number, requirement: string): TokenError {
  return new TokenError(
    'lifetime-too-short',
    `The token arrived with ${toSeconds(leftMs)} left, and ${requirement}. Require less, or mint longer-lived tokens.`,
  );
}

function noProgress(what: string): TokenError {
  return new TokenError(
    'no-progress',
    `The mint route returned ${what}. Mint a token for every request, and check for a cache.`,
  );
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
