import type { TokenError } from '../errors/token-error.ts';

/**
 * How the expiry of a token is known: `relative` from `expires_in`, which no wrong clock disturbs; `corrected` from
 * `expires_at` and the server's `Date` header; `trusted` from `expires_at` and this machine's clock; `assumed` from
 * `assumedLifetimeMs`; `unknown`.
 */
export type ExpirySource = 'relative' | 'corrected' | 'trusted' | 'assumed' | 'unknown';

/** Nobody has asked for a token, or the last one ran out unmissed. */
export interface IdleState {
  /** Which state this is. */
  readonly status: 'idle';
}

/** No usable token; one is coming. */
export interface LoadingState {
  /** Which state this is. */
  readonly status: 'loading';
  /** 1 for the first try since the last success. */
  readonly attempt: number;
  /** When the next try starts, in milliseconds since 1970, while waiting for it; `undefined` while a try is under way. */
  readonly retryAtMs: number | undefined;
  /** Why the last try failed. */
  readonly error: TokenError | undefined;
}

/** A usable token. */
export interface ReadyState {
  /** Which state this is. */
  readonly status: 'ready';
  /** When the token was asked for, in milliseconds since 1970 on this machine's clock. */
  readonly acquiredAtMs: number;
  /** When it expires, in milliseconds since 1970 on this machine's clock; `undefined` if nobody knows. */
  readonly expiresAtMs: number | undefined;
  /** When the next refresh starts by itself, in milliseconds since 1970; `undefined` when none is scheduled. */
  readonly refreshAtMs: number | undefined;
  /** Whether a replacement is under way. */
  readonly refreshing: boolean;
  /** Why the last refresh failed, while this token still works. */
  readonly error: TokenError | undefined;
  /** How `expiresAtMs` is known. */
  readonly expirySource: ExpirySource;
  /** Server clock minus this machine's clock, in milliseconds, when it could be measured. */
  readonly clockSkewMs: number | undefined;
}

/** No usable token, and nothing scheduled: the next call tries again. */
export interface FailedState {
  /** Which state this is. */
  readonly status: 'failed';
  /** Why. */
  readonly error: TokenError;
}

/** The manager was disposed. */
export interface DisposedState {
  /** Which state this is. */
  readonly status: 'disposed';
}

/** What a manager is doing, as a union on `status`. Holds no secret; the reference is stable until something changes. */
export type TokenState = IdleState | LoadingState | ReadyState | FailedState | DisposedState;
