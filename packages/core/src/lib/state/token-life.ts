import { elapsedMs } from '../token/elapsed.ts';
import type { Instant } from '../time/clock.ts';
import type { Arrival, HeldToken, Model } from './model.ts';

/**
 * Milliseconds of life left, 0 or more.
 *
 * @param token - The token, or the part of it that decides how long it lives.
 * @param now - The moment to ask about.
 */
export function remainingMs(token: Pick<Arrival<unknown>, 'startedAt' | 'lifetimeMs'>, now: Instant): number {
  return Math.max(0, token.lifetimeMs - elapsedMs(token.startedAt, now));
}

/**
 * Whether there is a token to hand out: one with more life left than its hard margin.
 *
 * @param model - What is known.
 */
export function isUsable<S>(model: Model<S>): model is Model<S> & { held: HeldToken<S> } {
  const { held, now } = model;
  return held !== undefined && remainingMs(held, now) > held.marginMs;
}

/**
 * Whether the token is past the point where a refresh is due, or is not there at all.
 *
 * @param model - What is known.
 */
export function isDue<S>({ held, now }: Model<S>): boolean {
  return !held || remainingMs(held, now) <= held.leadMs;
}

/**
 * Whether handing a token out uses it up: by the manager's `reuse`, or because nobody knows how long it lives.
 *
 * @param model - What is known.
 * @param held - The token.
 */
export function burnsOnUse<S>({ settings }: Model<S>, held: HeldToken<S>): boolean {
  return settings.reuse === 'once' || held.expirySource === 'unknown';
}
