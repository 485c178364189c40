import { TokenError } from '../errors/token-error.ts';
import { backoffMs } from '../refresh/backoff.ts';
import { leadMs, marginMs } from '../refresh/lead.ts';
import { boundedWaitMs } from '../refresh/retry-after.ts';
import { elapsedMs } from '../token/elapsed.ts';
import { checkLife, checkProgress, tooShort } from './check-arrival.ts';
import { noTrouble, type Arrival, type Model } from './model.ts';
import { note, noteMint } from './note.ts';
import { remainingMs } from './token-life.ts';
import { rejectWaiters } from './waiters.ts';

/** Useless answers in a row after which nobody is kept waiting for another. */
const USELESS_LIMIT = 2;

/**
 * The call under way answered with a token: accepted, or turned into a failure when it is of no use.
 *
 * @param model - What is known.
 * @param arrival - The token.
 */
export function onArrival<S>(model: Model<S>, arrival: Arrival<S>): void {
  const { mint, hasAccepted, waiters, now } = model;
  if (!mint) return;
  const isAwaited = waiters.size > 0;
  const error = checkLife(model, arrival) ?? checkProgress(model, arrival);
  if (error) {
    model.useless += 1;
    fail(model, error);
    return;
  }
  model.mint = undefined;
  accept(model, arrival);
  const { token, startedAt, ...life } = arrival;
  noteMint(model, mint, { type: 'mint-succeeded', durationMs: elapsedMs(startedAt, now), ...life });
  if (isAwaited || !hasAccepted) return;
  model.unused += 1;
  if (model.unused === model.settings.maxUnusedRefreshes) note(model, { type: 'refresh-paused' });
}

/**
 * Makes a token the current one, clears every failure, and turns away waiters that no such token can satisfy.
 *
 * @param model - What is known.
 * @param arrival - A token that was checked.
 */
export function accept<S>(model: Model<S>, arrival: Arrival<S>): void {
  const { lifetimeMs } = arrival;
  const { settings, environment, now } = model;
  Object.assign(model, noTrouble);
  model.held = {
    ...arrival,
    leadMs: leadMs(lifetimeMs, settings.lead, environment.random()),
    marginMs: marginMs(lifetimeMs),
    promise: Promise.resolve(arrival.token),
  };
  model.occasion = undefined;
  model.hasAccepted = true;
  const leftMs = remainingMs(arrival, now);
  rejectWaiters(
    model,
    tooShort(leftMs, 'minRemainingMs asks for more'),
    ({ minRemainingMs = 0 }) => minRemainingMs > leftMs,
  );
}

/**
 * The call under way failed.
 *
 * @param model - What is known.
 * @param error - Why.
 */
export function onFailure<S>(model: Model<S>, error: TokenError): void {
  model.useless = 0;
  fail(model, error);
}

/** Callers that have had enough are rejected, and a cool-down begins. A token that still works stays. */
function fail<S>(model: Model<S>, thrown: TokenError): void {
  const { mint, now, settings, environment, useless } = model;
  if (!mint) return;
  const { code, message, cause } = thrown;
  const inTry = { attempt: mint.attempt, elapsedMs: elapsedMs(mint.startedAt, now) };
  const error = new TokenError(code, message, Object.assign({ cause }, thrown, inTry));
  Object.assign(error, { fatal: settings.isFatal(error) });
  if (model.mint !== mint) return; // isFatal is the user's: it may have reset the manager
  const { retry } = settings;
  const isUseless = useless >= USELESS_LIMIT;
  const failures = model.failures + 1;
  const waitMs = Math.max(
    boundedWaitMs(error.retryAfterMs),
    isUseless ? retry.maxMs : backoffMs(failures, retry, environment.random()),
  );
  const coolUntilMs = now.monotonicMs + waitMs;
  const retryAtMs = Math.round(now.wallMs + waitMs);
  Object.assign(model, { mint: undefined, isWanted: false, failures, error, coolUntilMs, retryAtMs });
  rejectWaiters(model, error, (waiter) => ++waiter.failures >= retry.limit || error.fatal || isUseless);
  noteMint(model, mint, { type: 'mint-failed', error });
}
