import type { Environment } from '../environment/environment.ts';
import type { TokenFetcher } from '../source/token-fetcher.ts';
import type { TokenError } from '../errors/token-error.ts';
import type { TokenEvent } from '../state/token-event.ts';
import type { SessionInfo } from '../token/ephemeral-token.ts';
import type { TokenParser } from '../token/parsed-token.ts';

/** How long before expiry a refresh starts: min(`maxMs`, `ratio` × lifetime). */
export interface LeadOptions {
  /** Share of the lifetime, 0.001 to 0.5. Default 0.2. */
  readonly ratio?: number | undefined;
  /** Upper bound in milliseconds, 1 or more. Default 60 000. */
  readonly maxMs?: number | undefined;
}

/** How failures are tried again. */
export interface RetryOptions {
  /** Tries a caller sits through before it is rejected, 1 or more. Default 3. */
  readonly limit?: number | undefined;
  /** First backoff in milliseconds, 1 or more. Doubles with every failure, with full jitter. Default 500. */
  readonly baseMs?: number | undefined;
  /** Cap of the backoff in milliseconds, at least `baseMs`. Default 30 000. */
  readonly maxMs?: number | undefined;
  /** Overrides whether an error is fatal, and what its `fatal` says then. Default, and when it throws: its own `fatal`. */
  readonly isFatal?: ((error: TokenError) => boolean) | undefined;
}

/** Options of `createTokenManager()`. Only `fetchToken` is required; the defaults are right for OpenAI. */
export interface TokenManagerOptions<Params = unknown, Session = SessionInfo> {
  /** Gets a token; usually `endpoint('/api/realtime-session')`. */
  readonly fetchToken: TokenFetcher<Params>;
  /** Handed to `fetchToken` at every call. Default `undefined`. */
  readonly params?: Params | undefined;
  /** Reads the answer of `fetchToken`. Default: both OpenAI shapes, `{ token | value, expiresAt | expires_at | expires_in }`, a bare string. */
  readonly parse?: TokenParser<Session> | undefined;
  /** `once` for issuers whose tokens burn on use: every `getToken()` takes the token out. Default `until-expiry`. */
  readonly reuse?: 'until-expiry' | 'once' | undefined;
  /** When a refresh starts. */
  readonly lead?: LeadOptions | undefined;
  /** Refreshes start up to this share of the lead earlier, so that tabs do not align; 0 to 1. Default 0.1. */
  readonly jitterRatio?: number | undefined;
  /** A token that arrives with less life than this is refused, in milliseconds, 0 or more. Default 5 000. */
  readonly minLifetimeMs?: number | undefined;
  /** Lifetime of tokens whose answer names none, in milliseconds, 1 or more. Default: such a token is used once. */
  readonly assumedLifetimeMs?: number | undefined;
  /** Time for one try, body included, in milliseconds, 1 to 2 147 483 647. Default 10 000. */
  readonly timeoutMs?: number | undefined;
  /** How failures are tried again. */
  readonly retry?: RetryOptions | undefined;
  /** Least time between the starts of two mints, whatever happens, in milliseconds, 0 or more. Default 1 000. */
  readonly minIntervalMs?: number | undefined;
  /** When refreshing runs by itself: while leased and the page is visible, while leased, or never. Default `leased-and-visible`. */
  readonly refreshWhile?: 'leased-and-visible' | 'leased' | 'never' | undefined;
  /** Refreshes of tokens nobody took before refreshing sleeps until the next call, 1 or more. Default 10. */
  readonly maxUnusedRefreshes?: number | undefined;
  /** A token minted elsewhere to start with, in any shape `parse` reads. A dead one is ignored, a malformed one throws. */
  readonly initialToken?: unknown;
  /** Time, randomness, visibility and connectivity. Default: this runtime's. */
  readonly environment?: Environment | undefined;
  /** Told what the manager does. Same as `on()` from the start. */
  readonly onEvent?: ((event: TokenEvent) => void) | undefined;
}
