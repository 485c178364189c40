import type { Clock } from '../environment.ts';
import {
  estimateLifetime,
  getRemainingMs,
  readClock,
  type FetchTimes,
  type Instant,
  type Lifetime,
} from './lifetime.ts';
import type { ParsedToken, SessionInfo } from './parse.ts';

/**
 * An ephemeral API token. Only `value` returns the secret: `String(token)`, template literals, `JSON.stringify`,
 * `util.inspect` and `console.log` show a redacted placeholder.
 */
export interface EphemeralToken<Session = SessionInfo> {
  /** The secret, `ek_…` at OpenAI. Pass it to the client that connects, and to nothing else. */
  readonly value: string;
  /** When the token stops opening sessions, in milliseconds since 1970 on *this machine's* clock; `undefined` if unknown. */
  readonly expiresAtMs: number | undefined;
  /** The session that came with the token, as far as the mint route returned it. */
  readonly session: Session | undefined;
  /** Remaining lifetime in milliseconds, by the faster of wall and monotonic clock; 0 if expired, `Infinity` if unknown. */
  remainingMs(): number;
  /** Returns a redacted placeholder such as `ek_…(redacted)`, safe to print. */
  toString(): string;
  /** Returns the placeholder and the expiry for `JSON.stringify`. */
  toJSON(): { readonly value: string; readonly expiresAtMs: number | undefined };
}

/** A token with its estimated lifetime. The instant it extends is the start of its request. */
export interface FetchedToken<Session> extends Instant, Lifetime {
  readonly token: EphemeralToken<Session>;
}

export interface TokenContext {
  readonly environment: { readonly clock: Clock };
  readonly assumedLifetimeMs: number;
}

/**
 * Creates a token from a parsed response and estimates its lifetime. The token's getters are on its prototype, so that
 * enumerating, cloning or inspecting it does not reach the secret.
 */
export function toFetchedToken<S>(
  parsed: ParsedToken<S>,
  times: FetchTimes,
  { environment, assumedLifetimeMs }: TokenContext,
): FetchedToken<S> {
  const { wallMs, monotonicMs } = times.startedAt;
  const lifetime = { wallMs, monotonicMs, ...estimateLifetime(parsed, times, assumedLifetimeMs) };
  const isKnown = lifetime.expirySource !== 'unknown';
  const { value, session } = parsed;
  const expiresAtMs = isKnown ? Math.round(wallMs + lifetime.lifetimeMs) : undefined;
  const redacted = redact(value);
  const json = { value: redacted, expiresAtMs };
  const token = Object.create({
    get value() {
      return value;
    },
    get expiresAtMs() {
      return expiresAtMs;
    },
    get session() {
      return session;
    },
    remainingMs: () => (isKnown ? getRemainingMs(lifetime, readClock(environment.clock)) : Infinity),
    toString: () => redacted,
    toJSON: () => json,
    [Symbol.for('nodejs.util.inspect.custom')]: () => `EphemeralToken(${redacted})`,
    [Symbol.toStringTag]: 'EphemeralToken',
  }) as EphemeralToken<S>; // the prototype has exactly these members
  return { token, ...lifetime };
}

/** Creates a token that was minted elsewhere. Its `expires_in` may be outdated, so the earlier of both expiries counts. */
export function fromExternal<S>(parsed: ParsedToken<S>, context: TokenContext): FetchedToken<S> {
  const now = readClock(context.environment.clock);
  const { expiresInMs = 0, expiresAtMs = Infinity } = parsed;
  const earliest = expiresAtMs - now.wallMs < expiresInMs ? { ...parsed, expiresInMs: undefined } : parsed;
  return toFetchedToken(earliest, { startedAt: now, endedAt: now }, context);
}

/** Keeps the prefix up to the first underscore if it is at most five characters long. */
export function redact(value: string): string {
  const prefix = /^[a-z]{1,4}_/.exec(value)?.[0] ?? '';
  return `${prefix}…(redacted)`;
}
