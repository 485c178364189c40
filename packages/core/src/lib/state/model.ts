import type { Environment } from '../environment/environment.ts';
import type { TokenError } from '../errors/token-error.ts';
import type { RefreshReason } from '../source/token-fetcher.ts';
import type { Instant } from '../time/clock.ts';
import type { EphemeralToken } from '../token/ephemeral-token.ts';
import type { Settings } from './settings.ts';
import type { TokenEvent } from './token-event.ts';
import type { ExpirySource } from './token-state.ts';

/** A token that arrived, before it is accepted. */
export interface Arrival<Session> {
  /** What callers get. */
  readonly token: EphemeralToken<Session>;
  /** When its request started. */
  readonly startedAt: Instant;
  /** Life from `startedAt`, in milliseconds; may be 0 or negative for one that arrived dead. */
  readonly lifetimeMs: number;
  /** How the life is known. */
  readonly expirySource: ExpirySource;
  /** Server clock minus this machine's, in milliseconds, when measured. */
  readonly clockSkewMs: number | undefined;
}

/** A token that was accepted. */
export interface HeldToken<Session> extends Arrival<Session> {
  /** A refresh is due with this much life left, in milliseconds, jitter included. */
  readonly leadMs: number;
  /** With this much life left, in milliseconds, it counts as gone. */
  readonly marginMs: number;
  /** What a call gets while the token is fresh: made once, so that such a call makes nothing. */
  readonly promise: Promise<EphemeralToken<Session>>;
}

/** A create-session call under way. The object itself is its generation: an answer to any other one is late. */
export interface Mint {
  /** Why. */
  readonly reason: RefreshReason;
  /** 1 for the first try since the last success. */
  readonly attempt: number;
  /** When it started. */
  readonly startedAt: Instant;
}

/** A caller that waits for a token. */
export interface Waiter<Session> {
  /** Life it needs, in milliseconds; `undefined` for the token's own margin. */
  readonly minRemainingMs: number | undefined;
  /** Whether it insists on a new token. */
  readonly force: true | undefined;
  /** The token a forced call wants replaced. */
  replaces?: HeldToken<Session> | undefined;
  /** Failures it has sat through. */
  failures: number;
  /** Gives it a token. Runs nobody's code before the turn is over. */
  readonly resolve: (token: EphemeralToken<Session>) => void;
  /** Tells it why there is none. Runs nobody's code before the turn is over. */
  readonly reject: (error: TokenError) => void;
}

/** All a manager knows, and the moment it is looked at. Only the functions of this folder change it. */
export interface Model<Session> extends Knowledge<Session> {
  /** The manager's settings. */
  readonly settings: Settings;
  /** Randomness, visibility and connectivity. */
  readonly environment: Pick<Environment, 'random' | 'isVisible' | 'isOnline'>;
  /** The moment. Changes in place: reading a state or a token allocates nothing. Copy what has to last. */
  readonly now: { -readonly [clock in keyof Instant]: Instant[clock] };
  /** What happened and was not told yet. */
  news: TokenEvent[];
}

/** What a manager has learned, and forgets when it is reset. */
export interface Knowledge<Session> extends Trouble {
  /** Whether it was disposed. */
  isDisposed: boolean;
  /** The current token. */
  held: HeldToken<Session> | undefined;
  /** The call under way. */
  mint: Mint | undefined;
  /** Callers waiting, in order of arrival. */
  readonly waiters: Set<Waiter<Session>>;
  /** Leases held. */
  leases: number;
  /** Whether a token was asked for ahead of need, and has neither come nor failed to. */
  isWanted: boolean;
  /** Why the next mint will have been started, when something other than need decides it. */
  occasion: RefreshReason | undefined;
  /** When the last mint started, on the monotonic clock. */
  lastMintMs: number;
  /** Scheduled refreshes since anybody took a token. */
  unused: number;
  /** Whether a token was ever accepted, since the last reset. */
  hasAccepted: boolean;
  /** The value of a token the API refused; it is not accepted again. */
  refusedValue: string | undefined;
}

/** What is known of failures since the last success. */
export interface Trouble {
  /** Failures in a row. */
  failures: number;
  /** Dead, short-lived or unchanged arrivals in a row. */
  useless: number;
  /** Why the last try failed, until one succeeds. */
  error: TokenError | undefined;
  /** No mint starts before this moment of the monotonic clock. */
  coolUntilMs: number;
  /** The same moment on the wall clock as it stood: for display only. */
  retryAtMs: number | undefined;
  /** Whether a forced call has already passed over a cool-down since the last success. */
  isBypassed: boolean;
}

/** No failure. */
export const noTrouble: Readonly<Trouble> = {
  failures: 0,
  useless: 0,
  error: undefined,
  coolUntilMs: -Infinity,
  retryAtMs: undefined,
  isBypassed: false,
};

/** What a new manager knows, and one that was reset: nothing. */
export function nothing<S>(): Knowledge<S> {
  return {
    ...noTrouble,
    isDisposed: false,
    held: undefined,
    mint: undefined,
    waiters: new Set(),
    leases: 0,
    isWanted: false,
    occasion: undefined,
    lastMintMs: -Infinity,
    unused: 0,
    hasAccepted: false,
    refusedValue: undefined,
  };
}
