import { TokenError } from '../errors/token-error.ts';
import { marginMs } from '../refresh/lead.ts';
import type { Model } from './model.ts';
import type { Arrival, Surroundings } from './step.ts';
import { remainingMs } from './token-life.ts';

/**
 * Why a token that arrived cannot be used, if so.
 *
 * @param model - What is known, in particular the current and the refused token.
 * @param arrival - The token.
 * @param world - The moment.
 * @returns `expired-on-arrival`, `lifetime-too-short` or `no-progress`; `undefined` for a good one.
 */
export function checkArrival<S>(
  model: Model<S>,
  arrival: Arrival<S>,
  world: Surroundings,
): TokenError | undefined {
  return checkLife(arrival, world) ?? checkProgress(model, arrival, world);
}

/**
 * Why a token has too little life, if so.
 *
 * @param arrival - The token.
 * @param world - The moment.
 */
export function checkLife<S>(arrival: Arrival<S>, world: Surroundings): TokenError | undefined {
  const leftMs = remainingMs(arrival, world.now);
  if (leftMs === 0) {
    return new TokenError(
      'expired-on-arrival',
      `The token was already expired when it arrived (${seconds(arrival.lifetimeMs)} from the start of its request${suspicion(arrival)}). Check the clocks of this machine and of the server, and let the mint route answer expires_in.`,
    );
  }
  const { minLifetimeMs } = world.settings;
  const leastMs = Math.max(minLifetimeMs, marginMs(arrival.lifetimeMs));
  if (leftMs >= minLifetimeMs && leftMs > marginMs(arrival.lifetimeMs)) return undefined;
  return new TokenError(
    'lifetime-too-short',
    `The token arrived with ${seconds(leftMs)} left, and ${seconds(leastMs)} are needed. Let the mint route ask for a longer lifetime, or lower minLifetimeMs.`,
  );
}

function checkProgress<S>(model: Model<S>, arrival: Arrival<S>, world: Surroundings): TokenError | undefined {
  const { value } = arrival.token;
  if (value === model.refusedValue) return noProgress('a token that cannot be used again');
  if (model.held === undefined) return undefined;
  if (value === model.held.token.value) return noProgress('the token it already gave');
  const isAskedFor = model.waiters.some((waiter) => waiter.after > 0);
  const isLater = remainingMs(arrival, world.now) > remainingMs(model.held, world.now);
  return isLater || isAskedFor ? undefined : noProgress('a token that expires no later than the current one');
}

function noProgress(what: string): TokenError {
  return new TokenError(
    'no-progress',
    `The mint route answered ${what}. Make it mint anew on every call, and check for a cache between it and the browser.`,
  );
}

function suspicion<S>({ clockSkewMs, expirySource }: Arrival<S>): string {
  if (clockSkewMs !== undefined && clockSkewMs !== 0) return `, clocks differ by ${seconds(clockSkewMs)}`;
  return expirySource === 'trusted' ? ', this clock may be ahead' : '';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
