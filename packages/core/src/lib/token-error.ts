/**
 * Every reason why getting a token can fail. The set is closed, so a `switch` over it can be exhaustive.
 *
 * - `network`: the mint route could not be reached.
 * - `timeout`: no complete response within `timeoutMs`.
 * - `http`: the mint route responded with an error status (see `status`).
 * - `fetcher`: your token fetcher threw an error that is none of the above.
 * - `invalid-response`: the response contains no token.
 * - `expired-on-arrival`: the token was already expired when it arrived; usually a wrong clock.
 * - `lifetime-too-short`: the token is valid, but not long enough to be used.
 * - `no-progress`: the mint route keeps returning the same token.
 * - `standing-key-leaked`: the mint route returned a standing API key (`sk-…`) instead of a token.
 * - `aborted`: the caller's own signal was aborted.
 * - `superseded`: `reset()` was called while the caller waited.
 * - `disposed`: the manager was disposed.
 * - `invalid-options`: an option is out of its legal range.
 */
export type TokenErrorCode =
  | 'network'
  | 'timeout'
  | 'http'
  | 'fetcher'
  | 'invalid-response'
  | 'expired-on-arrival'
  | 'lifetime-too-short'
  | 'no-progress'
  | 'standing-key-leaked'
  | 'aborted'
  | 'superseded'
  | 'disposed'
  | 'invalid-options';

/** Properties of a {@link TokenError}. */
export interface TokenErrorInit {
  /** HTTP status of the mint route's response, if there was one. */
  readonly status?: number | undefined;
  /** The error code in the response of the mint route, such as `rate_limited` or `upstream_busy`. */
  readonly apiCode?: string | undefined;
  /** How long the server asks clients to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Whether a retry cannot succeed until something changes. Default `false`. */
  readonly fatal?: boolean | undefined;
  /** The number of the failed attempt, counted from 1 since the last success. */
  readonly attempt?: number | undefined;
  /** From the start of the request to the failure, in milliseconds. */
  readonly elapsedMs?: number | undefined;
  /** The server's request id, from `x-request-id` or a problem document. */
  readonly requestId?: string | undefined;
  /** The underlying error. Never a response body. */
  readonly cause?: unknown;
}

/** One page for each code explains causes and remedies in more detail than a message can. */
const DOCS_BASE_URL = 'https://github.com/realtime-session/realtime-session/blob/main/docs/errors/';

const brand = Symbol.for('@realtime-session/core/TokenError');

/**
 * The only error class of this package. The message is a sentence that names the remedy, followed by a link to the page of
 * its code. It never contains a token, a key or a response body. A token fetcher may throw one to mark a failure as `fatal`.
 *
 * @example
 * ```ts
 * try {
 *   await tokens.getToken();
 * } catch (error) {
 *   if (TokenError.is(error) && error.code === 'http' && error.status === 401) signIn();
 * }
 * ```
 */
export class TokenError extends Error {
  /** The reason of the failure. */
  declare readonly code: TokenErrorCode;
  /** HTTP status of the mint route's response, if there was one. */
  declare readonly status: number | undefined;
  /** The error code in the response of the mint route, such as `rate_limited` or `upstream_busy`, if it has one. */
  declare readonly apiCode: string | undefined;
  /** How long the server asks clients to wait, in milliseconds. */
  declare readonly retryAfterMs: number | undefined;
  /** Whether a retry cannot succeed until something changes. */
  declare readonly fatal: boolean;
  /** The number of the failed attempt, counted from 1 since the last success. */
  declare readonly attempt: number | undefined;
  /** From the start of the request to the failure, in milliseconds. */
  declare readonly elapsedMs: number | undefined;
  /** The server's request id. */
  declare readonly requestId: string | undefined;
  /** The page that explains this code, its likely causes and how to fix them. The message ends with it. */
  declare readonly docsUrl: string;

  constructor(code: TokenErrorCode, message: string, init: TokenErrorInit = {}) {
    const docsUrl = `${DOCS_BASE_URL}${code}.md`;
    // A message taken from another TokenError already ends with the link.
    super(message.endsWith(docsUrl) ? message : `${message} See ${docsUrl}`, init.cause ? init : undefined);
    this.name = 'TokenError';
    this.code = code;
    this.status = init.status;
    this.apiCode = init.apiCode;
    this.retryAfterMs = init.retryAfterMs;
    this.fatal = init.fatal ?? false;
    this.attempt = init.attempt;
    this.elapsedMs = init.elapsedMs;
    this.requestId = init.requestId;
    this.docsUrl = docsUrl;
    Object.defineProperty(this, brand, {}); // not enumerable
  }

  /**
   * Returns whether a value is a `TokenError`, including one created by another copy of this package.
   *
   * @param value - Any value, typically a caught error.
   */
  static is(this: void, value: unknown): value is TokenError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** Returns a copy of an error with other details. Its fields are own properties, and its cause is not enumerable. */
export function withDetails(error: TokenError, details: TokenErrorInit): TokenError {
  return new TokenError(error.code, error.message, Object.assign({ cause: error.cause }, error, details));
}
