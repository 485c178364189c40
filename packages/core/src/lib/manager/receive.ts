import type { Arrival } from '../state/model.ts';
import { remainingMs } from '../state/token-life.ts';
import type { Clock } from '../time/clock.ts';
import { instantOf } from '../time/instant.ts';
import { createToken } from '../token/create-token.ts';
import { estimateLifetime, type MintTimes } from '../token/lifetime.ts';
import type { ParsedToken } from '../token/parsed-token.ts';

/** What a token needs besides its answer. */
export interface Context {
  /** Tells it how long it has lived. */
  readonly clock: Clock;
  /** Lifetime of answers that name none, in milliseconds. */
  readonly assumedLifetimeMs: number;
}

/**
 * Makes a token of what was read off the wire: estimates its life and gives it a clock to look at.
 *
 * @param parsed - As read.
 * @param times - When it was fetched.
 * @param context - The clock, and the lifetime of answers that name none.
 */
export function receive<S>(
  parsed: ParsedToken<S>,
  times: MintTimes,
  { clock, assumedLifetimeMs }: Context,
): Arrival<S> {
  const { startedAt } = times;
  const { value, session } = parsed;
  const life = { startedAt, ...estimateLifetime(parsed, times, assumedLifetimeMs) };
  const isKnown = life.expirySource !== 'unknown';
  const token = createToken({
    value,
    session,
    expiresAtMs: isKnown ? Math.round(startedAt.wallMs + life.lifetimeMs) : undefined,
    remainingMs: () => (isKnown ? remainingMs(life, instantOf(clock)) : Infinity),
  });
  return { token, ...life };
}

/**
 * Makes a token of one that was minted elsewhere, at a moment nobody here knows: whichever of its two expiries is nearer
 * counts, because `expires_in` may have aged on its way.
 *
 * @param parsed - As read.
 * @param context - The clock, and the lifetime of answers that name none.
 */
export function receiveFromElsewhere<S>(parsed: ParsedToken<S>, context: Context): Arrival<S> {
  const now = instantOf(context.clock);
  const { expiresInMs = 0, expiresAtMs = Infinity } = parsed;
  const nearest = expiresAtMs - now.wallMs < expiresInMs ? { ...parsed, expiresInMs: undefined } : parsed;
  return receive(nearest, { startedAt: now, endedAt: now, serverDateMs: undefined }, context);
}
