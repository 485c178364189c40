import type { TokenError } from '../errors/token-error.ts';
import type { BackoffOptions } from '../refresh/backoff.ts';
import type { LeadSettings } from '../refresh/lead.ts';

/** Settings the rules read, with every default filled in. */
export interface Settings {
  /** When refreshes start. */
  readonly lead: LeadSettings;
  /** How failures are tried again. */
  readonly retry: BackoffOptions & { readonly limit: number };
  /** Least life of an accepted token, in milliseconds. */
  readonly minLifetimeMs: number;
  /** Least time between two mints, in milliseconds. */
  readonly minIntervalMs: number;
  /** Whether an error is fatal. May run the user's code. */
  readonly isFatal: (error: TokenError) => boolean;
  /** Whether tokens burn on use. */
  readonly reuse: 'until-expiry' | 'once';
  /** When refreshing runs by itself. */
  readonly refreshWhile: 'leased-and-visible' | 'leased' | 'never';
  /** Refreshes nobody used before it sleeps. */
  readonly maxUnusedRefreshes: number;
}
