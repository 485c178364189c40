import type { Instant } from '../time/clock.ts';
import { elapsedMs } from '../token/elapsed.ts';
import type { HeldToken } from './model.ts';
import type { Settings } from './step.ts';

/** The part of a token that decides how long it lives. */
type Living = Pick<HeldToken<unknown>, 'startedAt' | 'lifetimeMs'>;

/**
 * Milliseconds of life left, 0 or more.
 *
 * @param token - The token.
 * @param now - The moment to ask about.
 */
export function remainingMs(token: Living, now: Instant): number {
  return Math.max(0, token.lifetimeMs - elapsedMs(token.startedAt, now));
}

/**
 * Whether a token may be handed out: it has more life left than its hard margin.
 *
 * @param held - The token, if any.
 * @param now - The moment to ask about.
 */
export function isUsable<S>(held: HeldToken<S> | undefined, now: Instant): held is HeldToken<S> {
  return held !== undefined && remainingMs(held, now) > held.marginMs;
}

/**
 * Whether a token is past the point where a refresh is due, or is not there at all.
 *
 * @param held - The token, if any.
 * @param now - The moment to ask about.
 */
export function isDue(held: HeldToken<unknown> | undefined, now: Instant): boolean {
  return held === undefined || remainingMs(held, now) <= held.leadMs;
}

/**
 * Whether handing a token out uses it up: by the manager's `reuse`, or because nobody knows how long it lives.
 *
 * @param held - The token.
 * @param settings - The manager's settings.
 */
export function burnsOnUse(held: HeldToken<unknown>, settings: Settings): boolean {
  return settings.reuse === 'once' || held.expirySource === 'unknown';
}
