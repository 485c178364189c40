import { systemEnvironment, type Environment } from './environment.ts';
import type { TokenFetcher } from './fetch/fetcher.ts';
import type { Settings } from './state/model.ts';
import type { TokenEvent } from './state/token-event.ts';
import { TokenError } from './token-error.ts';
import type { SessionInfo, TokenParser } from './token/parse.ts';

/** How long before expiry a refresh starts: min(`maxMs`, `ratio` × lifetime). */
export interface LeadOptions {
  /** Share of the lifetime, 0.001 to 0.5. Default 0.2. */
  readonly ratio?: number | undefined;
  /** Upper bound in milliseconds, 1 or more. Default 60 000. */
  readonly maxMs?: number | undefined;
}

/** How failed attempts are retried. */
export interface RetryOptions {
  /** Attempts before a caller is rejected, 1 or more. Default 3. */
  readonly limit?: number | undefined;
  /** First backoff in milliseconds, 1 or more. Doubles with every failure, with full jitter. Default 500. */
  readonly baseMs?: number | undefined;
  /** Maximum backoff in milliseconds, at least `baseMs`. Default 30 000. */
  readonly maxMs?: number | undefined;
  /** Overrides whether an error is fatal, and with it the error's `fatal`. Default, and if it throws: the error's own `fatal`. */
  readonly isFatal?: ((error: TokenError) => boolean) | undefined;
}

/** Options of `createTokenManager()`. Only `fetchToken` is required; the defaults are right for OpenAI. */
export interface TokenManagerOptions<Params = unknown, Session = SessionInfo> {
  /** Gets a token, usually `endpoint('/api/realtime-session')`. */
  readonly fetchToken: TokenFetcher<Params>;
  /** Passed to `fetchToken` with every attempt. Default `undefined`. */
  readonly params?: Params | undefined;
  /** Parses what `fetchToken` returns. Default: both OpenAI shapes, `{ token | value, expiresAt | expires_at | expires_in }`, a bare string. */
  readonly parse?: TokenParser<Session> | undefined;
  /** `once` for issuers whose tokens are single-use: every `getToken()` removes the token. Default `until-expiry`. */
  readonly reuse?: 'until-expiry' | 'once' | undefined;
  /** When a refresh starts. */
  readonly lead?: LeadOptions | undefined;
  /** Refreshes start earlier by a random share of the lead, up to this one, so that tabs do not align; 0 to 1. Default 0.1. */
  readonly jitterRatio?: number | undefined;
  /** Minimum remaining lifetime of an arriving token, in milliseconds, 0 or more. Default 5 000. */
  readonly minLifetimeMs?: number | undefined;
  /** Lifetime of tokens whose response has no expiry, in milliseconds, 1 or more. Default: such a token is used once. */
  readonly assumedLifetimeMs?: number | undefined;
  /** Time limit of one attempt, including the body, in milliseconds, 1 to 2 147 483 647. Default 10 000. */
  readonly timeoutMs?: number | undefined;
  /** How failed attempts are retried. */
  readonly retry?: RetryOptions | undefined;
  /** Minimum time between the starts of two mints, in milliseconds, 0 or more. Default 1 000. */
  readonly minIntervalMs?: number | undefined;
  /** When tokens are refreshed before they expire: while leased and the page is visible, while leased, or never. Default `leased-and-visible`. */
  readonly refreshWhile?: 'leased-and-visible' | 'leased' | 'never' | undefined;
  /** Unused refreshes before refreshing pauses until the next call, 1 or more. Default 10. */
  readonly maxUnusedRefreshes?: number | undefined;
  /**
   * An initial token that was minted elsewhere, in any format `parse` reads. A malformed one throws. The state shows it as
   * `ready`, on a server and in the first browser render alike; the clock is first read at the first call, subscription or
   * lease, and an expired token is dropped then. `expires_at` takes precedence; `expires_in` alone counts from the start of
   * the page, or outside of a page from the first use.
   */
  readonly initialToken?: unknown;
  /** Time, randomness, visibility and connectivity. Default: this runtime's. */
  readonly environment?: Environment | undefined;
  /** Called with every event, as if added with `on()` at creation. */
  readonly onEvent?: ((event: TokenEvent) => void) | undefined;
}

type Range = readonly [fallback: number, min: number, max?: number];

/**
 * Returns the settings of a manager, with every default filled in.
 *
 * @throws TokenError `invalid-options` that names the option and its legal range.
 */
export function resolveOptions<P, S>(options: TokenManagerOptions<P, S>): Settings {
  const { fetchToken, lead, retry, reuse, refreshWhile, environment } = options;
  if (typeof fetchToken !== 'function') {
    throw invalidOption('fetchToken must be a function such as endpoint("/api/realtime-session")');
  }
  const retryNumbers = resolveNumbers('retry.', retry, {
    limit: [3, 1],
    baseMs: [500, 1],
    maxMs: [30_000, 1],
  });
  assertInRange('retry.maxMs', retryNumbers.maxMs, [retryNumbers.baseMs]);
  const numbers = resolveNumbers('', options, {
    jitterRatio: [0.1, 0, 1],
    minLifetimeMs: [5_000, 0],
    minIntervalMs: [1_000, 0],
    maxUnusedRefreshes: [10, 1],
    timeoutMs: [10_000, 1, 2 ** 31 - 1], // a longer timer would fire immediately
    assumedLifetimeMs: [0, 1],
  });
  return {
    ...numbers,
    lead: resolveNumbers('lead.', lead, { ratio: [0.2, 0.001, 0.5], maxMs: [60_000, 1] }),
    retry: retryNumbers,
    isFatal(error) {
      try {
        return retry?.isFatal?.(error) ?? error.fatal;
      } catch {
        return error.fatal;
      }
    },
    reuse: reuse ?? 'until-expiry',
    refreshWhile: refreshWhile ?? 'leased-and-visible',
    environment: environment ?? systemEnvironment,
  };
}

function resolveNumbers<Name extends string>(
  group: string,
  given: Partial<Record<NoInfer<Name>, number | undefined>> = {},
  ranges: Record<Name, Range>,
): Record<Name, number> {
  const numbers: Partial<Record<Name, number>> = {};
  for (const [name, [fallback, ...range]] of Object.entries(ranges) as [Name, Range][]) {
    const value = given[name];
    if (value !== undefined) assertInRange(group + name, value, range);
    numbers[name] = value ?? fallback;
  }
  return numbers as Record<Name, number>; // complete after the loop
}

export function assertInRange(
  name: string,
  value: number,
  [min, max = Infinity]: readonly [min: number, max?: number],
): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  throw invalidOption(`${name} must be a number from ${min} to ${max}`);
}

function invalidOption(problem: string): TokenError {
  return new TokenError('invalid-options', `Bad option: ${problem}.`, { fatal: true });
}
