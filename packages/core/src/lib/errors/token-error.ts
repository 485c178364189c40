/**
 * Every way a token can fail to arrive. The set is closed: a `switch` over it can be exhaustive.
 *
 * - `network`: the mint route could not be reached.
 * - `timeout`: no complete answer within `timeoutMs`.
 * - `http`: the mint route answered with an error status (`status` says which).
 * - `fetcher`: your token fetcher threw something that is none of the above.
 * - `invalid-response`: an answer without a token in it.
 * - `expired-on-arrival`: the token was already dead when it came; usually a wrong clock.
 * - `lifetime-too-short`: the token lives, but not long enough to be used.
 * - `no-progress`: the mint route keeps answering the same token.
 * - `standing-key-leaked`: the mint route answered a standing API key (`sk-…`) instead of a token.
 * - `aborted`: the caller's own signal.
 * - `superseded`: `reset()` happened while waiting.
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

/** What a {@link TokenError} is made of. */
export interface TokenErrorInit {
  /** HTTP status of the mint route's answer, when there was one. */
  readonly status?: number | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Whether trying again is pointless until something changes. Default `false`. */
  readonly fatal?: boolean | undefined;
  /** Which attempt failed, counted from 1 since the last success. */
  readonly attempt?: number | undefined;
  /** From the start of the request to the failure, in milliseconds. */
  readonly elapsedMs?: number | undefined;
  /** The server's request id, from `x-request-id` or a problem document. */
  readonly requestId?: string | undefined;
  /** What was thrown underneath. Never a response body. */
  readonly cause?: unknown;
}

/** Where the page of each code is: causes and remedies at more length than a message has. */
const PAGES = 'https://github.com/realtime-session/realtime-session/blob/main/docs/errors/';

const brand = Symbol.for('@realtime-session/core/TokenError');

/**
 * The one error of this package. Its message is a plain sentence that names the remedy, and a link to the page of its
 * code; it never holds a token, a key or a response body. A token fetcher may throw one itself to say whether a failure is `fatal`.
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
  /** Which failure this is. */
  declare readonly code: TokenErrorCode;
  /** HTTP status of the mint route's answer, when there was one. */
  declare readonly status: number | undefined;
  /** How long the server asked to wait, in milliseconds. */
  declare readonly retryAfterMs: number | undefined;
  /** Whether trying again is pointless until something changes. */
  declare readonly fatal: boolean;
  /** Which attempt failed, counted from 1 since the last success. */
  declare readonly attempt: number | undefined;
  /** From the start of the request to the failure, in milliseconds. */
  declare readonly elapsedMs: number | undefined;
  /** The server's request id. */
  declare readonly requestId: string | undefined;
  /** The page of this code: what happened, likely causes, how to fix it. The message ends with it. */
  declare readonly docsUrl: string;

  constructor(code: TokenErrorCode, message: string, { cause, ...init }: TokenErrorInit = {}) {
    const docsUrl = `${PAGES}${code}.md`;
    // A message that was a TokenError's before has its link already.
    super(message.endsWith(docsUrl) ? message : `${message} See ${docsUrl}`, cause ? { cause } : {});
    Object.assign(this, { fatal: false, ...init, name: 'TokenError', code, docsUrl });
    Object.defineProperty(this, brand, { value: true });
  }

  /**
   * Whether a value is a `TokenError`, also one made by another copy of this package.
   *
   * @param value - Anything, typically what a `catch` received.
   */
  static is(this: void, value: unknown): value is TokenError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
