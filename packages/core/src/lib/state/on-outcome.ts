import { TokenError } from '../errors/token-error.ts';
import { backoffMs } from '../refresh/backoff.ts';
import { leadMs, marginMs } from '../refresh/lead.ts';
import { boundedWaitMs } from '../refresh/retry-after.ts';
import { checkArrival } from './check-arrival.ts';
import type { CoolDown, HeldToken, Mint, Model, Waiter } from './model.ts';
import type { Arrival, Effect, Step, Surroundings } from './step.ts';
import { remainingMs } from './token-life.ts';
import { elapsedMs } from '../token/elapsed.ts';

/** Useless answers in a row after which nobody is kept waiting for another. */
const USELESS_LIMIT = 2;
const USELESS: ReadonlySet<string> = new Set(['expired-on-arrival', 'lifetime-too-short', 'no-progress']);

/**
 * A mint answered with a token: accepted, or turned into a failure when it is of no use.
 *
 * @param model - What is known; its `mint` is the one that answered.
 * @param mint - The call that answered.
 * @param arrival - The token.
 */
export function onArrived<S>(
  model: Model<S>,
  mint: Mint,
  arrival: Arrival<S>,
): (world: Surroundings) => Step<S> {
  return (world) => {
    const refused = checkArrival(model, arrival, world);
    if (refused) {
      const durationMs = elapsedMs(arrival.startedAt, world.now);
      return onFailed(model, mint, describe(refused, mint.attempt, durationMs))(world);
    }
    const step = accept({ ...model, mint: undefined }, arrival, world);
    const idle = mint.owner === 'background' && model.waiters.length === 0 && model.accepted > 0;
    const unusedRefreshes = idle ? model.unusedRefreshes + 1 : model.unusedRefreshes;
    const effects: Effect<S>[] = [
      ...step.effects,
      {
        type: 'event',
        event: {
          type: 'mint-succeeded',
          atMs: world.now.wallMs,
          reason: mint.reason,
          attempt: mint.attempt,
          durationMs: elapsedMs(arrival.startedAt, world.now),
          lifetimeMs: arrival.lifetimeMs,
          expirySource: arrival.expirySource,
          clockSkewMs: arrival.clockSkewMs,
        },
      },
    ];
    if (idle && unusedRefreshes === world.settings.maxUnusedRefreshes) {
      effects.push({ type: 'event', event: { type: 'refresh-asleep', atMs: world.now.wallMs } });
    }
    return { model: { ...step.model, unusedRefreshes }, effects };
  };
}

/**
 * Makes a token the current one, clears every failure, and turns away waiters that no such token can satisfy.
 *
 * @param model - What is known.
 * @param arrival - A token that was checked.
 * @param world - The moment.
 */
export function accept<S>(model: Model<S>, arrival: Arrival<S>, world: Surroundings): Step<S> {
  const held: HeldToken<S> = {
    ...arrival,
    sequence: model.accepted + 1,
    leadMs: leadMs(arrival.lifetimeMs, world.settings.lead, world.random),
    marginMs: marginMs(arrival.lifetimeMs),
  };
  const leftMs = remainingMs(held, world.now);
  const isHopeless = (waiter: Waiter): boolean => (waiter.minRemainingMs ?? 0) > leftMs;
  return {
    model: {
      ...model,
      held,
      waiters: model.waiters.filter((waiter) => !isHopeless(waiter)),
      wanted: 'no',
      occasion: undefined,
      failures: 0,
      uselessArrivals: 0,
      error: undefined,
      coolDown: undefined,
      bypass: 'unused',
      accepted: held.sequence,
    },
    effects: model.waiters
      .filter(isHopeless)
      .map(({ id }) => ({ type: 'reject', waiterId: id, error: tooShort(leftMs) })),
  };
}

/**
 * A mint failed: callers that have had enough are rejected, and a cool-down begins. A token that still works stays.
 *
 * @param model - What is known; its `mint` is the one that failed.
 * @param mint - The call that failed.
 * @param error - Why.
 */
export function onFailed<S>(
  model: Model<S>,
  mint: Mint,
  error: TokenError,
): (world: Surroundings) => Step<S> {
  return (world) => {
    const uselessArrivals = USELESS.has(error.code) ? model.uselessArrivals + 1 : 0;
    const isFinal = world.settings.isFatal(error) || uselessArrivals >= USELESS_LIMIT;
    const waiters = model.waiters.map((waiter) => ({ ...waiter, failures: waiter.failures + 1 }));
    const isDone = (waiter: Waiter): boolean => isFinal || waiter.failures >= world.settings.retryLimit;
    const failures = model.failures + 1;
    return {
      model: {
        ...model,
        mint: undefined,
        wanted: 'no',
        waiters: waiters.filter((waiter) => !isDone(waiter)),
        failures,
        uselessArrivals,
        error,
        coolDown: coolDown(error, { failures, uselessArrivals }, world),
      },
      effects: [
        ...waiters.filter(isDone).map(({ id }): Effect<S> => ({ type: 'reject', waiterId: id, error })),
        {
          type: 'event',
          event: {
            type: 'mint-failed',
            atMs: world.now.wallMs,
            reason: mint.reason,
            attempt: mint.attempt,
            error,
          },
        },
      ],
    };
  };
}

/**
 * The same error, with the try it belongs to.
 *
 * @param error - What went wrong.
 * @param attempt - Which try, counted from 1.
 * @param durationMs - From the start of the request, in milliseconds.
 */
export function describe(error: TokenError, attempt: number, durationMs: number): TokenError {
  const { status, retryAfterMs, fatal, requestId, cause } = error;
  return new TokenError(error.code, error.message, {
    status,
    retryAfterMs,
    fatal,
    requestId,
    cause,
    attempt,
    elapsedMs: durationMs,
  });
}

function coolDown(
  error: TokenError,
  run: { readonly failures: number; readonly uselessArrivals: number },
  { now, settings, random }: Surroundings,
): CoolDown {
  const ownMs =
    run.uselessArrivals >= USELESS_LIMIT ? settings.maxMs : backoffMs(run.failures, settings, random);
  const ms = Math.max(boundedWaitMs(error.retryAfterMs), ownMs);
  const isConnection = error.code === 'network' || error.code === 'timeout';
  return {
    sinceMonotonicMs: now.monotonicMs,
    ms,
    untilWallMs: Math.round(now.wallMs + ms),
    lifts: isConnection ? 'when-back' : 'never',
  };
}

function tooShort(leftMs: number): TokenError {
  return new TokenError(
    'lifetime-too-short',
    `A new token has only ${(leftMs / 1000).toFixed(1)} s of life, less than the minRemainingMs asked for. Ask for less, or let the mint route ask for a longer lifetime.`,
  );
}
