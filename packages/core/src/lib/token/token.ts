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
 * An ephemeral API token. Only `value` returns the secret: `toString()`, `JSON.stringify`, `util.inspect` and `console.log`
 * show a redacted placeholder. Converting the object to a string or a number, as in `` `Bearer ${token}` ``, throws a
 * `TypeError`, because the placeholder would be sent in place of the secret.
 */
export interface EphemeralToken<Session = SessionInfo> {
  /** The secret, `ek_…` at OpenAI. Pass it to the client that connects, and to nothing else. */
  readonly value: string;
  /** When the token stops opening sessions, in milliseconds since 1970 on *this machine's* clock; `undefined` if unknown. */
  readonly expiresAtMs: number | undefined;
  /** The session that came with the token, as far as the mint route returned it. */
  readonly session: Session | undefined;
  /** The URL to post calls to, if the mint route returned one because it is not OpenAI's: an emulator, Azure or a gateway. */
  readonly callsUrl: string | undefined;
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

/** Creates a token from a parsed response and estimates its lifetime. */
export function toFetchedToken<S>(
  parsed: ParsedToken<S>,
  times: FetchTimes,
  { environment, assumedLifetimeMs }: TokenContext,
): FetchedToken<S> {
  const { wallMs, monotonicMs } = times.startedAt;
  const lifetime = { wallMs, monotonicMs, ...estimateLifetime(parsed, times, assumedLifetimeMs) };
  return withLifetime(parsed, lifetime, environment.clock);
}

/** Creates a token that lives as long as this. */
export function withLifetime<S>(
  source: Pick<ParsedToken<S>, 'value' | 'session' | 'callsUrl'>,
  { wallMs, monotonicMs, lifetimeMs, expirySource, clockSkewMs }: Instant & Lifetime,
  clock: Clock,
): FetchedToken<S> {
  const lifetime = { wallMs, monotonicMs, lifetimeMs, expirySource, clockSkewMs };
  const isKnown = expirySource !== 'unknown';
  const token = createToken(source, {
    expiresAtMs: isKnown ? Math.round(wallMs + lifetimeMs) : undefined,
    remainingMs: () => (isKnown ? getRemainingMs(lifetime, readClock(clock)) : Infinity),
  });
  return { token, ...lifetime };
}

/** The getters are on the prototype, so that enumerating, cloning or inspecting a token does not reach the secret. */
function createToken<S>(
  { value, session, callsUrl }: Pick<ParsedToken<S>, 'value' | 'session' | 'callsUrl'>,
  { expiresAtMs, remainingMs }: Pick<EphemeralToken, 'expiresAtMs' | 'remainingMs'>,
): EphemeralToken<S> {
  const redacted = redact(value);
  const json = { value: redacted, expiresAtMs };
  return Object.create({
    get value() {
      return value;
    },
    get expiresAtMs() {
      return expiresAtMs;
    },
    get session() {
      return session;
    },
    get callsUrl() {
      return callsUrl;
    },
    remainingMs,
    [Symbol.toPrimitive]: throwOnConversion,
    toString: () => redacted,
    toJSON: () => json,
    [Symbol.for('nodejs.util.inspect.custom')]: () => `EphemeralToken(${redacted})`,
    [Symbol.toStringTag]: 'EphemeralToken',
  }) as EphemeralToken<S>; // the prototype has exactly these members
}

function throwOnConversion(): never {
  throw new TypeError(
    'A token was converted to a string or a number, as in `Bearer ${token}`. Use token.value to send it, or token.toString() to show that there is one.',
  );
}

/** Creates a token that was minted elsewhere. Its `expires_in` may be outdated, so the earlier of both expiries counts. */
export function fromExternal<S>(parsed: ParsedToken<S>, context: TokenContext): FetchedToken<S> {
  const now = readClock(context.environment.clock);
  const { expiresInMs = 0, expiresAtMs = Infinity } = parsed;
  const earliest = expiresAtMs - now.wallMs < expiresInMs ? { ...parsed, expiresInMs: undefined } : parsed;
  return toFetchedToken(earliest, { startedAt: now, endedAt: now }, context);
}

/** The token that a manager starts with. Creating it reads no clock, because a framework may prerender it. */
export interface InitialToken<Session> {
  readonly parsed: ParsedToken<Session>;
  readonly token: EphemeralToken<Session>;
  /** Reads the clock, and estimates the lifetime. */
  readonly getFetched: () => FetchedToken<Session>;
}

export function createInitialToken<S>(parsed: ParsedToken<S>, context: TokenContext): InitialToken<S> {
  let fetched: FetchedToken<S> | undefined;
  const getFetched = (): FetchedToken<S> => (fetched ??= fromInitial(parsed, context));
  const { expiresAtMs } = parsed;
  const remainingMs = (): number => getFetched().token.remainingMs();
  return { parsed, getFetched, token: createToken(parsed, { expiresAtMs, remainingMs }) };
}

/** A lifetime without an absolute expiry counts from the start of the page, because the token was minted for that page. */
function fromInitial<S>(parsed: ParsedToken<S>, context: TokenContext): FetchedToken<S> {
  const wallMs = context.environment.clock.timeOriginMs?.();
  if (parsed.expiresAtMs !== undefined || wallMs === undefined) return fromExternal(parsed, context);
  const pageStart = { wallMs, monotonicMs: 0 };
  return toFetchedToken(parsed, { startedAt: pageStart, endedAt: pageStart }, context);
}

/** Keeps the prefix up to the first underscore if it is at most five characters long. */
export function redact(value: string): string {
  const prefix = /^[a-z]{1,4}_/.exec(value)?.[0] ?? '';
  return `${prefix}…(redacted)`;
}
