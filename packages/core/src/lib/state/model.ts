import type { TokenError } from '../errors/token-error.ts';
import type { RefreshReason } from '../source/token-fetcher.ts';
import type { Instant } from '../time/clock.ts';
import type { EphemeralToken } from '../token/ephemeral-token.ts';
import type { ExpirySource } from './token-state.ts';

/** A token that was accepted. */
export interface HeldToken<Session> {
  /** What callers get. */
  readonly token: EphemeralToken<Session>;
  /** When its request started. */
  readonly startedAt: Instant;
  /** Life from `startedAt`, in milliseconds. */
  readonly lifetimeMs: number;
  /** A refresh is due with this much life left, jitter included. */
  readonly leadMs: number;
  /** With this much life left it counts as gone. */
  readonly marginMs: number;
  /** How the life is known. */
  readonly expirySource: ExpirySource;
  /** Server clock minus this machine's, when measured. */
  readonly clockSkewMs: number | undefined;
  /** Which accepted token this is, counted from 1. */
  readonly sequence: number;
}

/** A create-session call under way. */
export interface Mint {
  /** Its number; answers of other numbers are late. */
  readonly id: number;
  /** Why. */
  readonly reason: RefreshReason;
  /** 1 for the first try since the last success. */
  readonly attempt: number;
  /** Whether it ends when its last caller leaves. */
  readonly owner: 'callers' | 'background';
}

/** A caller that waits for a token. */
export interface Waiter {
  /** Its number. */
  readonly id: number;
  /** Life it needs, in milliseconds; `undefined` for the token's own margin. */
  readonly minRemainingMs: number | undefined;
  /** It wants a token accepted after this one; 0 for any. */
  readonly after: number;
  /** Failures it has sat through. */
  readonly failures: number;
}

/** No mint starts before this much monotonic time has passed. */
export interface CoolDown {
  /** When it began. */
  readonly sinceMonotonicMs: number;
  /** How long it lasts. */
  readonly ms: number;
  /** When that is over, on the wall clock as it stood: for display only. */
  readonly untilWallMs: number;
  /** Whether the network coming back, or a page waking up, ends it. */
  readonly lifts: 'when-back' | 'never';
}

/** All a manager knows. Immutable; only `transition` makes new ones. */
export interface Model<Session> {
  /** Whether it was disposed. */
  readonly phase: 'live' | 'disposed';
  /** The current token. */
  readonly held: HeldToken<Session> | undefined;
  /** The call under way. */
  readonly mint: Mint | undefined;
  /** Callers waiting, in order of arrival. */
  readonly waiters: readonly Waiter[];
  /** Leases held. */
  readonly leases: number;
  /** Whether a token was asked for ahead of need. */
  readonly wanted: 'no' | 'prefetch';
  /** Why the next mint will have been started, when something other than need decides it. */
  readonly occasion: RefreshReason | undefined;
  /** Failures in a row. */
  readonly failures: number;
  /** Dead, short-lived or unchanged arrivals in a row. */
  readonly uselessArrivals: number;
  /** Why the last try failed, until one succeeds. */
  readonly error: TokenError | undefined;
  /** The wait after a failure. */
  readonly coolDown: CoolDown | undefined;
  /** Whether a forced call has already passed over a cool-down since the last success. */
  readonly bypass: 'unused' | 'used';
  /** When the last mint started, on the monotonic clock. */
  readonly lastMintMonotonicMs: number | undefined;
  /** Scheduled refreshes since anybody took a token. */
  readonly unusedRefreshes: number;
  /** Tokens accepted so far. */
  readonly accepted: number;
  /** Mints started so far. */
  readonly started: number;
  /** The value of a token the API refused; it is not accepted again. */
  readonly refusedValue: string | undefined;
}

/** A manager that has done nothing yet. */
export const emptyModel: Model<never> = {
  phase: 'live',
  held: undefined,
  mint: undefined,
  waiters: [],
  leases: 0,
  wanted: 'no',
  occasion: undefined,
  failures: 0,
  uselessArrivals: 0,
  error: undefined,
  coolDown: undefined,
  bypass: 'unused',
  lastMintMonotonicMs: undefined,
  unusedRefreshes: 0,
  accepted: 0,
  started: 0,
  refusedValue: undefined,
};
