import type { Arrival } from '../state/step.ts';
import { remainingMs } from '../state/token-life.ts';
import type { Clock } from '../time/clock.ts';
import { instantOf } from '../time/instant.ts';
import { createToken } from '../token/create-token.ts';
import { estimateLifetime, type MintTimes } from '../token/lifetime.ts';
import type { ParsedToken } from '../token/parsed-token.ts';

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
  context: { readonly clock: Clock; readonly assumedLifetimeMs: number | undefined },
): Arrival<S> {
  const life = estimateLifetime(parsed, times, context.assumedLifetimeMs);
  const { startedAt } = times;
  const isKnown = life.expirySource !== 'unknown';
  const living = { startedAt, lifetimeMs: life.lifetimeMs };
  const token = createToken<S>({
    value: parsed.value,
    session: parsed.session,
    expiresAtMs: isKnown ? Math.round(startedAt.wallMs + life.lifetimeMs) : undefined,
    remainingMs: () => (isKnown ? remainingMs(living, instantOf(context.clock)) : Infinity),
  });
  return { token, startedAt, ...life };
}

/**
 * Makes a token of one that was minted elsewhere, at a moment nobody here knows: whichever of its two expiries is nearer
 * counts, because `expires_in` may have aged on its way.
 *
 * @param parsed - As read.
 * @param context - The clock, and the lifetime of answers that name none.
 */
export function receiveFromElsewhere<S>(
  parsed: ParsedToken<S>,
  context: { readonly clock: Clock; readonly assumedLifetimeMs: number | undefined },
): Arrival<S> {
  const now = instantOf(context.clock);
  const byDeadline = parsed.expiresAtMs === undefined ? Infinity : parsed.expiresAtMs - now.wallMs;
  const isDeadlineNearer = parsed.expiresInMs !== undefined && byDeadline < parsed.expiresInMs;
  const nearest = isDeadlineNearer ? { ...parsed, expiresInMs: undefined } : parsed;
  return receive(nearest, { startedAt: now, endedAt: now, serverDateMs: undefined }, context);
}
