import { TokenError } from '../errors/token-error.ts';
import { marginMs } from '../refresh/lead.ts';
import type { Arrival, Model } from './model.ts';
import { remainingMs } from './token-life.ts';

/**
 * Why a token has too little life, if so.
 *
 * @param model - The moment, and the least life that is wanted.
 * @param arrival - The token.
 * @returns `expired-on-arrival` or `lifetime-too-short`; `undefined` for a good one.
 */
export function checkLife<S>(
  { now, settings: { minLifetimeMs } }: Model<S>,
  arrival: Arrival<S>,
): TokenError | undefined {
  const { lifetimeMs, clockSkewMs, expirySource } = arrival;
  const leftMs = remainingMs(arrival, now);
  const least = marginMs(lifetimeMs);
  if (leftMs > 0 && leftMs > least && leftMs >= minLifetimeMs) return undefined;
  if (leftMs > 0) return tooShort(leftMs, `${seconds(Math.max(minLifetimeMs, least))} are needed`);
  const skew = clockSkewMs ? `, clocks differ by ${seconds(clockSkewMs)}` : '';
  const doubt = expirySource === 'trusted' ? ', this clock may be ahead' : '';
  return new TokenError(
    'expired-on-arrival',
    `The token was already expired when it arrived (${seconds(lifetimeMs)} from the start of its request${skew || doubt}). Check the clocks of this machine and of the server, and let the mint route answer expires_in.`,
  );
}

/**
 * Why a token is no better than the one there is, if so.
 *
 * @param model - What is known, in particular the current and the refused token.
 * @param arrival - The token.
 * @returns `no-progress`; `undefined` for a good one.
 */
export function checkProgress<S>(
  { held, refusedValue, waiters, now }: Model<S>,
  arrival: Arrival<S>,
): TokenError | undefined {
  const { value } = arrival.token;
  if (value === refusedValue || value === held?.token.value) return noProgress('a token it gave before');
  if (!held || [...waiters].some(({ force }) => force)) return undefined;
  const isLater = remainingMs(arrival, now) > remainingMs(held, now);
  return isLater ? undefined : noProgress('a token that expires no later than the current one');
}

/**
 * The error of a token that lives, but not long enough.
 *
 * @param leftMs - Its life, in milliseconds.
 * @param need - What would be enough, as a clause.
 */
export function tooShort(leftMs: number, need: string): TokenError {
  return new TokenError(
    'lifetime-too-short',
    `The token arrived with ${seconds(leftMs)} left, and ${need}. Ask for less, or let the mint route ask for a longer lifetime.`,
  );
}

function noProgress(what: string): TokenError {
  return new TokenError(
    'no-progress',
    `The mint route answered ${what}. Make it mint anew on every call, and look for a cache on the way.`,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
