import type { Environment } from '../environment.ts';
import type { TokenError } from '../token-error.ts';
import { getRemainingMs, type ClockReference, type Instant, type LeadSettings } from '../token/lifetime.ts';
import type { EphemeralToken, FetchedToken } from '../token/token.ts';
import type { RefreshReason, TokenEvent } from './token-event.ts';

export interface BackoffSettings {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** The options of a manager with every default filled in. */
export interface Settings extends LeadSettings {
  readonly minLifetimeMs: number;
  readonly minIntervalMs: number;
  readonly retry: BackoffSettings & { readonly limit: number };
  /** May run user code. */
  readonly isFatal: (error: TokenError) => boolean;
  readonly reuse: 'until-expiry' | 'once';
  readonly refreshWhile: 'leased-and-visible' | 'leased' | 'never';
  readonly maxUnusedRefreshes: number;
  readonly timeoutMs: number;
  /** 0 if none is assumed. */
  readonly assumedLifetimeMs: number;
  readonly environment: Environment;
}

/** A token that was accepted. */
export interface CurrentToken<Session> extends FetchedToken<Session> {
  /** A refresh is due when the remaining lifetime is this short. Includes jitter. */
  readonly leadMs: number;
  /** The token counts as expired when the remaining lifetime is this short. */
  readonly marginMs: number;
  /** Created once, so that a call that finds a fresh token allocates nothing. */
  readonly promise: Promise<EphemeralToken<Session>>;
}

/** A running create-session call. Compared by identity: a result of any other mint is late. */
export interface Mint extends Instant {
  readonly reason: RefreshReason;
  /** 1 for the first attempt since the last success. */
  readonly attempt: number;
}

/** A caller that waits for a token. */
export interface Waiter<Session> {
  /** `undefined` for the token's own margin. */
  readonly minRemainingMs: number | undefined;
  readonly force: true | undefined;
  /** The token that a forced call replaces. */
  replaces?: CurrentToken<Session> | undefined;
  /** Failed attempts while this caller waited. */
  failures: number;
  /** Must not run user code synchronously. */
  readonly resolve: (token: EphemeralToken<Session>) => void;
  /** Must not run user code synchronously. */
  readonly reject: (error: TokenError) => void;
}

/** What is known about failures since the last success. */
export interface FailureState {
  failures: number;
  /** Expired, short-lived or unchanged tokens in a row. */
  rejectedArrivals: number;
  error: TokenError | undefined;
  /** No mint starts before this moment of the monotonic clock. */
  cooldownUntilMs: number;
  /** The same moment on the wall clock, for display only. */
  retryAtMs: number | undefined;
  /** Whether a forced call has already bypassed a cooldown since the last success. */
  cooldownBypassed: boolean;
}

/** Everything a manager has learned, and forgets on `reset()`. */
export interface ManagerState<Session> extends FailureState {
  isDisposed: boolean;
  current: CurrentToken<Session> | undefined;
  mint: Mint | undefined;
  /** In order of arrival. */
  waiters: Set<Waiter<Session>>;
  leases: number;
  /** Whether a prefetch has neither succeeded nor failed yet. */
  prefetchRequested: boolean;
  /** The reason of the next mint, if known before it starts. `initial` until the first token is accepted. */
  pendingReason: RefreshReason | undefined;
  /** When the last mint started, on the monotonic clock. */
  lastMintMs: number;
  /** Scheduled refreshes since a caller last took a token. */
  unusedRefreshes: number;
  /** The value of a token that the API rejected. It is not accepted again. */
  rejectedValue: string | undefined;
  clockReference: ClockReference | undefined;
  /** Different tokens in a row that looked expired by this machine's clock. */
  deadArrivals: number;
  /** The value of the last one. */
  deadValue: string | undefined;
  /** The longest life of a token, as learned from one that was rejected. */
  maxLifetimeMs: number;
}

/** The whole state of a manager, its settings, and the current time. Only the functions of this folder change it. */
export interface Model<Session> extends ManagerState<Session>, Settings {
  /** The current time. Updated in place, because reading a state or a token must allocate nothing. */
  wallMs: number;
  monotonicMs: number;
  pendingEvents: TokenEvent[];
}

export const noFailures: Readonly<FailureState> = {
  failures: 0,
  rejectedArrivals: 0,
  error: undefined,
  cooldownUntilMs: -Infinity,
  retryAtMs: undefined,
  cooldownBypassed: false,
};

export function initialState<S>(): ManagerState<S> {
  return {
    ...noFailures,
    isDisposed: false,
    current: undefined,
    mint: undefined,
    waiters: new Set(),
    leases: 0,
    prefetchRequested: false,
    pendingReason: 'initial',
    lastMintMs: -Infinity,
    unusedRefreshes: 0,
    rejectedValue: undefined,
    clockReference: undefined,
    deadArrivals: 0,
    deadValue: undefined,
    maxLifetimeMs: Infinity,
  };
}

/** Whether there is a token whose remaining lifetime exceeds its hard margin. */
export function isUsable<S>(model: Model<S>): model is Model<S> & { current: CurrentToken<S> } {
  const { current } = model;
  return current !== undefined && getRemainingMs(current, model) > current.marginMs;
}

/** Whether there is no token, or one that is due for a refresh. */
export function isDue<S>(model: Model<S>): boolean {
  const { current } = model;
  return !current || getRemainingMs(current, model) <= current.leadMs;
}

interface SingleUseInfo extends Pick<Settings, 'reuse'> {
  readonly current: Pick<FetchedToken<unknown>, 'expirySource'> | undefined;
}

/** Whether the current token can be used only once: because of `reuse`, or because its lifetime is unknown. */
export function isSingleUse({ reuse, current }: SingleUseInfo): boolean {
  return reuse === 'once' || current?.expirySource === 'unknown';
}

/** Whether a caller insists on a new token. */
export function isForced<S>({ waiters }: Model<S>): boolean {
  return [...waiters].some(({ force }) => force);
}

/** Rejects the waiters that `shouldReject` selects; the others keep waiting. */
export function rejectWaiters<S>(
  { waiters }: Model<S>,
  error: TokenError,
  shouldReject: (waiter: Waiter<S>) => boolean,
): void {
  for (const waiter of waiters) {
    if (!shouldReject(waiter)) continue;
    waiters.delete(waiter);
    waiter.reject(error);
  }
}
