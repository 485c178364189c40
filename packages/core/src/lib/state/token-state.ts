import type { TokenError } from '../token-error.ts';
import type { ExpirySource } from '../token/lifetime.ts';
import type { ParsedToken } from '../token/parse.ts';
import { isUsable, type Model } from './model.ts';
import { getMintDelayMs, isKeptFresh, shouldRefreshNow } from './schedule.ts';

/** No token was requested, or the last one expired without being needed. */
export interface IdleState {
  /** The discriminant of {@link TokenState}. */
  readonly status: 'idle';
}

/** No usable token yet; one is being fetched. */
export interface LoadingState {
  /** The discriminant of {@link TokenState}. */
  readonly status: 'loading';
  /** 1 for the first attempt since the last success. */
  readonly attempt: number;
  /**
   * When the next attempt starts, in milliseconds since 1970; `undefined` while an attempt is running, before the first one,
   * and while the retry waits for the network.
   */
  readonly retryAtMs: number | undefined;
  /** Why the last attempt failed. */
  readonly error: TokenError | undefined;
}

/** A usable token. */
export interface ReadyState {
  /** The discriminant of {@link TokenState}. */
  readonly status: 'ready';
  /** When the token was requested, in milliseconds since 1970 on this machine's clock; 0 for an `initialToken` before its first use. */
  readonly acquiredAtMs: number;
  /** When it expires, in milliseconds since 1970 on this machine's clock; `undefined` if unknown. */
  readonly expiresAtMs: number | undefined;
  /** When the next scheduled refresh starts, in milliseconds since 1970; `undefined` if none is scheduled, as while offline. */
  readonly refreshAtMs: number | undefined;
  /** Whether a replacement is being fetched. */
  readonly refreshing: boolean;
  /** Why the last refresh failed, while this token still works. */
  readonly error: TokenError | undefined;
  /** How `expiresAtMs` is known. */
  readonly expirySource: ExpirySource;
  /** Server clock minus this machine's clock, in milliseconds, if measured. */
  readonly clockSkewMs: number | undefined;
}

/** No usable token, and no retry scheduled: the next call tries again. */
export interface FailedState {
  /** The discriminant of {@link TokenState}. */
  readonly status: 'failed';
  /** Why the last attempt failed. */
  readonly error: TokenError;
}

/** The manager was disposed. */
export interface DisposedState {
  /** The discriminant of {@link TokenState}. */
  readonly status: 'disposed';
}

/** The state of a manager, as a union on `status`. Contains no secret. The reference is stable until something changes. */
export type TokenState = IdleState | LoadingState | ReadyState | FailedState | DisposedState;

/** Returns the state of an `initialToken` before its first use: the same on a server and in a browser, whatever their clocks show. */
export function toInitialState(
  { expiresAtMs, expiresInMs }: ParsedToken<unknown>,
  assumedLifetimeMs: number,
): ReadyState {
  const relative = expiresInMs === undefined ? undefined : 'relative';
  return {
    status: 'ready',
    acquiredAtMs: 0,
    expiresAtMs,
    refreshAtMs: undefined,
    refreshing: false,
    error: undefined,
    expirySource:
      expiresAtMs === undefined ? (relative ?? (assumedLifetimeMs ? 'assumed' : 'unknown')) : 'trusted',
    clockSkewMs: undefined,
  };
}

/** Returns the public state of a model, or `previous` itself if nothing visible changed. */
export function projectState<S>(model: Model<S>, previous: TokenState): TokenState {
  const next = toState(model);
  const before: Partial<Record<string, unknown>> = { ...previous };
  return Object.entries(next).every(([key, value]) => before[key] === value) ? previous : next;
}

/** When an attempt starts that is scheduled. An attempt that is due starts in the same step. */
function toRetryAtMs<S>(model: Model<S>): number | undefined {
  const delayMs = getMintDelayMs(model);
  return delayMs > 0 && delayMs < Infinity ? model.retryAtMs : undefined;
}

function toState<S>(model: Model<S>): TokenState {
  const { mint, error, retryAtMs } = model;
  if (model.isDisposed) return { status: 'disposed' };
  if (isUsable(model)) {
    const { wallMs, lifetimeMs, leadMs, token, expirySource, clockSkewMs } = model.current;
    const dueMs = Math.round(wallMs + lifetimeMs - leadMs);
    return {
      status: 'ready',
      acquiredAtMs: wallMs,
      expiresAtMs: token.expiresAtMs,
      refreshAtMs: shouldRefreshNow(model) ? Math.max(dueMs, retryAtMs ?? dueMs) : undefined,
      refreshing: !!mint,
      error,
      expirySource,
      clockSkewMs,
    };
  }
  if (mint || isKeptFresh(model) || model.waiters.size > 0) {
    return { status: 'loading', attempt: model.failures + 1, retryAtMs: toRetryAtMs(model), error };
  }
  return error ? { status: 'failed', error } : { status: 'idle' };
}
