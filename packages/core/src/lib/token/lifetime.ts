import type { ExpirySource } from '../state/token-state.ts';
import type { Instant } from '../time/clock.ts';
import type { ParsedToken } from './parsed-token.ts';

/** Longest life an `expires_at` is believed to mean, in milliseconds: the API's own maximum of two hours. */
const MAX_TRUSTED_LIFETIME_MS = 7_200_000;
/** How long a token of unknown life is kept for its one use, in milliseconds: the shortest life OpenAI documents. */
const UNKNOWN_LIFETIME_MS = 60_000;
/** A `Date` header names a whole second. */
const DATE_RESOLUTION_MS = 1_000;

/** What is known about the moment a token was fetched. */
export interface MintTimes {
  /** When the request started; a token cannot be older than the request for it. */
  readonly startedAt: Instant;
  /** When the answer was there. */
  readonly endedAt: Instant;
  /** The answer's `Date`, in milliseconds since 1970 on the server's clock, when readable. */
  readonly serverDateMs: number | undefined;
}

/** How long a token lives, counted from `startedAt`. */
export interface Lifetime {
  /** Milliseconds; may be 0 or negative for a token that arrived dead. */
  readonly lifetimeMs: number;
  /** How it is known. */
  readonly expirySource: ExpirySource;
  /** Server clock minus this machine's, in milliseconds, when it could be measured. */
  readonly clockSkewMs: number | undefined;
}

/**
 * Estimates a token's life, never longer than it is: `expires_in` counts from the start of the request; `expires_at` is
 * measured by the server's `Date` where that is readable. Only without either is this machine's clock believed, for up
 * to two hours.
 *
 * @param parsed - The token as read off the wire.
 * @param times - When it was fetched.
 * @param assumedLifetimeMs - For answers that name no expiry.
 */
export function estimateLifetime(
  { expiresInMs, expiresAtMs }: ParsedToken<unknown>,
  { startedAt, endedAt, serverDateMs }: MintTimes,
  assumedLifetimeMs: number | undefined,
): Lifetime {
  const isDated = serverDateMs !== undefined;
  // The answer may have been dated right when the request started, and up to a second later than the header says.
  const fromMs = isDated ? serverDateMs + DATE_RESOLUTION_MS : startedAt.wallMs;
  const clockSkewMs = isDated ? skewMs(serverDateMs - endedAt.wallMs, fromMs - startedAt.wallMs) : undefined;
  const life = (lifetimeMs: number, expirySource: ExpirySource): Lifetime => ({
    lifetimeMs,
    expirySource,
    clockSkewMs,
  });
  if (expiresInMs !== undefined) return life(expiresInMs, 'relative');
  if (expiresAtMs !== undefined) {
    return life(Math.min(expiresAtMs - fromMs, MAX_TRUSTED_LIFETIME_MS), isDated ? 'corrected' : 'trusted');
  }
  return assumedLifetimeMs ? life(assumedLifetimeMs, 'assumed') : life(UNKNOWN_LIFETIME_MS, 'unknown');
}

/** Server minus local clock; 0 when the two are compatible within the header's resolution and the request's duration. */
function skewMs(leastMs: number, mostMs: number): number {
  return leastMs > 0 ? leastMs : Math.min(0, mostMs);
}
