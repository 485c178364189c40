import type { Clock } from '../environment.ts';
import type { ParsedToken } from './parse.ts';

/** Longest lifetime an `expires_at` may mean, in milliseconds: the API's own maximum of two hours. */
export const MAX_TRUSTED_LIFETIME_MS = 7_200_000;
/** How long a token of unknown lifetime is kept for its single use: the shortest lifetime that OpenAI documents. */
const UNKNOWN_LIFETIME_MS = 60_000;
/** The `Date` header has a resolution of one second. */
const DATE_RESOLUTION_MS = 1_000;
const MAX_MARGIN_MS = 5_000;
const MARGIN_RATIO = 0.1;

/**
 * How the expiry of a token is known: `relative` from `expires_in`, which a wrong clock cannot affect; `corrected` from
 * `expires_at` and the server's `Date` header, or the lifetime of earlier tokens if the clock was set since; `trusted` from `expires_at` and this machine's clock; `assumed` from
 * `assumedLifetimeMs`; `unknown`.
 */
export type ExpirySource = 'relative' | 'corrected' | 'trusted' | 'assumed' | 'unknown';

/** One moment on both clocks. */
export interface Instant {
  /** Wall clock, milliseconds since 1970. */
  readonly wallMs: number;
  /** Monotonic clock, milliseconds since a fixed moment. */
  readonly monotonicMs: number;
}

export interface FetchTimes {
  /** A token cannot be older than the request for it. */
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** The `Date` header, in milliseconds since 1970 on the server's clock, if readable. */
  readonly serverDateMs?: number | undefined;
}

/** How long a token lives, counted from the start of its request. */
export interface Lifetime {
  /** 0 or negative for a token that was expired on arrival. */
  readonly lifetimeMs: number;
  readonly expirySource: ExpirySource;
  /** Server clock minus this machine's clock, in milliseconds, if measured. */
  readonly clockSkewMs: number | undefined;
}

/** What the last token with `expires_at` alone showed about this machine's clock. */
export interface ClockReference {
  /** The lifetime that such tokens have. */
  readonly lifetimeMs: number;
  /** The lifetime that it seemed to have by this machine's clock. */
  readonly apparentMs: number;
  /** Wall clock minus monotonic clock. */
  readonly offsetMs: number;
}

export interface LeadSettings {
  readonly lead: { readonly ratio: number; readonly maxMs: number };
  readonly jitterRatio: number;
}

export function readClock(clock: Clock): Instant {
  return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}

/**
 * Returns the larger of wall and monotonic time, never negative. Setting the wall clock back cannot extend a lifetime,
 * and a monotonic clock that stands still during sleep cannot hide one.
 */
export function getElapsedMs(from: Instant, to: Instant): number {
  return Math.max(0, to.wallMs - from.wallMs, to.monotonicMs - from.monotonicMs);
}

/** Returns the remaining lifetime, 0 or more. */
export function getRemainingMs(token: Instant & Pick<Lifetime, 'lifetimeMs'>, now: Instant): number {
  return Math.max(0, token.lifetimeMs - getElapsedMs(token, now));
}

/**
 * Returns how long before expiry a refresh starts: min(max, ratio × lifetime), and up to `jitterRatio` earlier. Never
 * more than the lifetime, so that a short lifetime cannot cause a loop.
 *
 * @param random - A number in [0, 1).
 */
export function getLeadMs(lifetimeMs: number, { lead, jitterRatio }: LeadSettings, random: number): number {
  const latestMs = Math.min(lead.maxMs, lead.ratio * lifetimeMs);
  return Math.min(lifetimeMs, latestMs * (1 + jitterRatio * random));
}

/** Returns the hard margin: with less lifetime left, a token counts as expired. */
export function getMarginMs(lifetimeMs: number): number {
  return Math.min(MAX_MARGIN_MS, MARGIN_RATIO * lifetimeMs);
}

/**
 * Estimates a lifetime and never overestimates it. `expires_in` counts from the start of the request. `expires_at` is
 * compared with the server's `Date` if readable, else with this machine's clock, for up to two hours.
 */
export function estimateLifetime(
  { expiresInMs, expiresAtMs }: ParsedToken<unknown>,
  { startedAt, endedAt, serverDateMs }: FetchTimes,
  assumedLifetimeMs: number | undefined,
): Lifetime {
  const hasDate = serverDateMs !== undefined;
  // The server may have set the date when the request started, and up to a second later than the header shows.
  const fromMs = hasDate ? serverDateMs + DATE_RESOLUTION_MS : startedAt.wallMs;
  const clockSkewMs = hasDate
    ? getSkewMs(serverDateMs - endedAt.wallMs, fromMs - startedAt.wallMs)
    : undefined;
  const lifetime = (lifetimeMs: number, expirySource: ExpirySource): Lifetime => ({
    lifetimeMs,
    expirySource,
    clockSkewMs,
  });
  if (expiresInMs !== undefined) return lifetime(expiresInMs, 'relative');
  if (expiresAtMs !== undefined) {
    return lifetime(
      Math.min(expiresAtMs - fromMs, MAX_TRUSTED_LIFETIME_MS),
      hasDate ? 'corrected' : 'trusted',
    );
  }
  return assumedLifetimeMs
    ? lifetime(assumedLifetimeMs, 'assumed')
    : lifetime(UNKNOWN_LIFETIME_MS, 'unknown');
}

/** Returns 0 if both clocks are compatible within the header's resolution and the duration of the request. */
function getSkewMs(minMs: number, maxMs: number): number {
  return minMs > 0 ? minMs : Math.min(0, maxMs);
}
