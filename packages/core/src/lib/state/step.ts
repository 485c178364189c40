import type { TokenError } from '../errors/token-error.ts';
import type { EnvironmentChange } from '../environment/environment.ts';
import type { Instant } from '../time/clock.ts';
import type { LeadSettings } from '../refresh/lead.ts';
import type { EphemeralToken } from '../token/ephemeral-token.ts';
import type { HeldToken, Mint, Model } from './model.ts';
import type { TokenEvent } from './token-event.ts';

/** A token that arrived, before it is accepted. */
export type Arrival<Session> = Omit<HeldToken<Session>, 'leadMs' | 'marginMs' | 'sequence'>;

/** What can happen to a manager. */
export type Input<Session> =
  | {
      readonly type: 'get';
      readonly waiterId: number;
      readonly minRemainingMs: number | undefined;
      readonly force: 'force' | 'any';
    }
  | { readonly type: 'leave'; readonly waiterId: number }
  | { readonly type: 'take' | 'prefetch' | 'lease' | 'release' | 'wake' | 'reset' | 'dispose' }
  | { readonly type: 'arrived'; readonly mintId: number; readonly arrival: Arrival<Session> }
  | { readonly type: 'failed'; readonly mintId: number; readonly error: TokenError }
  | { readonly type: 'set'; readonly arrival: Arrival<Session> }
  | { readonly type: 'invalidate'; readonly value: string | undefined }
  | { readonly type: 'changed'; readonly what: EnvironmentChange };

/** What the runner does after a transition. */
export type Effect<Session> =
  | { readonly type: 'resolve'; readonly waiterId: number; readonly token: EphemeralToken<Session> }
  | { readonly type: 'reject'; readonly waiterId: number; readonly error: TokenError }
  | { readonly type: 'mint'; readonly mint: Mint }
  | { readonly type: 'abort'; readonly mintId: number }
  | { readonly type: 'event'; readonly event: TokenEvent };

/** Settings a transition reads, with every default filled in. */
export interface Settings {
  /** When refreshes start. */
  readonly lead: LeadSettings;
  /** Least life of an accepted token, in milliseconds. */
  readonly minLifetimeMs: number;
  /** Least time between two mints, in milliseconds. */
  readonly minIntervalMs: number;
  /** Tries a caller sits through. */
  readonly retryLimit: number;
  /** First backoff, in milliseconds. */
  readonly baseMs: number;
  /** Cap of the backoff, in milliseconds. */
  readonly maxMs: number;
  /** Overrides whether an error is fatal. */
  readonly isFatal: (error: TokenError) => boolean;
  /** Whether tokens burn on use. */
  readonly reuse: 'until-expiry' | 'once';
  /** When refreshing runs by itself. */
  readonly refreshWhile: 'leased-and-visible' | 'leased' | 'never';
  /** Refreshes nobody used before it sleeps. */
  readonly maxUnusedRefreshes: number;
}

/** The world at the moment of a transition. */
export interface Surroundings {
  /** The moment. */
  readonly now: Instant;
  /** A number in [0, 1). */
  readonly random: number;
  /** Whether the page is visible. */
  readonly sight: 'visible' | 'hidden';
  /** Whether there seems to be a network. */
  readonly link: 'online' | 'offline';
  /** The manager's settings. */
  readonly settings: Settings;
}

/** A new model, and what to do about it. */
export interface Step<Session> {
  /** What is known now. */
  readonly model: Model<Session>;
  /** In order. */
  readonly effects: readonly Effect<Session>[];
}

/**
 * A step without anything to do.
 *
 * @param model - What is known now.
 */
export function only<S>(model: Model<S>): Step<S> {
  return { model, effects: [] };
}
