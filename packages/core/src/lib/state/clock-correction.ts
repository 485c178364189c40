import {
  getElapsedMs,
  MAX_TRUSTED_LIFETIME_MS,
  type ClockReference,
  type Lifetime,
} from '../token/lifetime.ts';
import { withLifetime, type FetchedToken } from '../token/token.ts';
import type { Model } from './model.ts';

/** Clocks, lifetimes and their difference are compared with this tolerance. */
const TOLERANCE_MS = 5_000;
/** From this many different tokens in a row that look expired, this machine's clock is wrong. */
const MAX_DEAD_ARRIVALS = 3;
/** The shortest lifetime of a token. A younger one was rejected for another reason. */
const MIN_LIFETIME_MS = 10_000;

/** Whether this machine's clock may be wrong, or is. */
export type ClockSuspicion = 'possible' | 'confirmed';

/**
 * Corrects a lifetime that depends on this machine's clock by what earlier tokens showed: how long they lived, and how far
 * the wall clock was set since. Never extends a lifetime beyond that of a token that was rejected.
 */
export function correctLifetime<S>(model: Model<S>, fetched: FetchedToken<S>): FetchedToken<S> {
  const { maxLifetimeMs } = model;
  const corrected = fetched.expirySource === 'trusted' ? correctByReference(model, fetched) : fetched;
  if (corrected.expirySource === 'unknown' || corrected.lifetimeMs <= maxLifetimeMs) return corrected;
  return redate(model, corrected, { lifetimeMs: maxLifetimeMs });
}

function correctByReference<S>(model: Model<S>, fetched: FetchedToken<S>): FetchedToken<S> {
  const { clockReference, minLifetimeMs } = model;
  const apparentMs = fetched.lifetimeMs;
  const offsetMs = fetched.wallMs - fetched.monotonicMs;
  const knownMs = clockReference && getKnownLifetime(clockReference, apparentMs, offsetMs);
  const lifetimeMs = knownMs ?? apparentMs;
  if (Math.max(lifetimeMs, apparentMs) < minLifetimeMs) return fetched;
  model.clockReference = { lifetimeMs, apparentMs, offsetMs };
  if (apparentMs >= minLifetimeMs && apparentMs <= lifetimeMs + TOLERANCE_MS) return fetched;
  const clockSkewMs = apparentMs - lifetimeMs;
  return redate(model, fetched, { lifetimeMs, expirySource: 'corrected', clockSkewMs });
}

/** Returns the lifetime if only the wall clock seems to have changed it. Sleep leaves the apparent lifetime as it is. */
function getKnownLifetime(
  reference: ClockReference,
  apparentMs: number,
  offsetMs: number,
): number | undefined {
  const changeMs = reference.apparentMs - apparentMs;
  const shiftMs = offsetMs - reference.offsetMs;
  // The apparent lifetime is limited, so that of a clock that was set far back may seem to change less.
  if (apparentMs === MAX_TRUSTED_LIFETIME_MS && shiftMs < changeMs) return reference.lifetimeMs;
  const unshiftedMs = changeMs - shiftMs;
  const trueChangeMs = Math.abs(changeMs) < Math.abs(unshiftedMs) ? changeMs : unshiftedMs;
  return Math.abs(trueChangeMs) <= TOLERANCE_MS ? reference.lifetimeMs - trueChangeMs : undefined;
}

/**
 * Returns whether a token that looks expired may only look so, because this machine's clock is wrong: `possible` if it
 * depends on that clock and differs from the one before, so that the server mints; `confirmed` from the third one on.
 */
export function suspectClock<S>(
  model: Model<S>,
  { token, expirySource }: FetchedToken<S>,
): ClockSuspicion | undefined {
  if (expirySource !== 'trusted' || token.value === model.deadValue) return undefined;
  model.deadValue = token.value;
  model.deadArrivals += 1;
  return isClockWrong(model) ? 'confirmed' : 'possible';
}

/** Returns a token whose lifetime does not count, because this machine's clock is wrong. */
export function withUnknownLifetime<S>(model: Model<S>, fetched: FetchedToken<S>): FetchedToken<S> {
  return redate(model, fetched, { lifetimeMs: MIN_LIFETIME_MS, expirySource: 'unknown' });
}

function redate<S>(
  { environment }: Model<S>,
  fetched: FetchedToken<S>,
  lifetime: Partial<Lifetime>,
): FetchedToken<S> {
  return withLifetime(fetched.token, { ...fetched, ...lifetime }, environment.clock);
}

export function isClockWrong<S>({ deadArrivals }: Model<S>): boolean {
  return deadArrivals >= MAX_DEAD_ARRIVALS;
}

/** A token that was rejected well before its apparent end shows that tokens live shorter than they seem to. */
export function learnFromRejection<S>(model: Model<S>): void {
  const { current } = model;
  if (!current) return;
  const ageMs = getElapsedMs(current, model);
  if (ageMs < MIN_LIFETIME_MS) model.maxLifetimeMs = Infinity;
  else if (ageMs < current.lifetimeMs - current.leadMs) model.maxLifetimeMs = ageMs;
}
