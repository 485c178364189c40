const messages = {
  unsupported: 'WebRTC is not available. Use a current browser.',
  'insecure-context': 'Serve the page on https or localhost.',
  'mic-denied': 'The microphone was refused. Allow it and connect again.',
  'mic-missing': 'The microphone was not found. Plug one in and connect again.',
  token: 'The token request failed. See the cause.',
  rejected: 'The API rejected the call. Check the session and the url option.',
  network: 'The API was not reached. Check the network and the url option.',
  timeout: 'The call timed out. Check the network and connect again.',
  lost: 'The call was lost. Check the network and connect again.',
  'session-expired': 'The session reached its limit. Connect again.',
  closed: 'There is no open call. Connect again.',
};

/**
 * Every way a connection can fail to open, or end without `close()`. The set is closed.
 *
 * - `unsupported`: this runtime has no WebRTC.
 * - `insecure-context`: browsers offer microphones only on https pages and on localhost.
 * - `mic-denied`: the user or a policy refused the microphone, or revoked it during the call.
 * - `mic-missing`: there is no microphone, another program uses it, or it was unplugged during the call and there is no other.
 * - `token`: getting a token failed; `cause` has the reason.
 * - `rejected`: the API rejected the call; see `status` and `apiCode`.
 * - `network`: the API, or what `exchange` calls, could not be reached.
 * - `timeout`: the call did not open within `timeoutMs`.
 * - `lost`: the connection failed, while it opened or afterwards.
 * - `session-expired`: the session reached `maxDurationMs`, or the API reported that it reached its own limit.
 * - `closed`: `close()` was called or the caller's signal aborted while connecting, or `send()` was called without an open call.
 */
export type ConnectionErrorCode = keyof typeof messages;

/** The details of a {@link ConnectionError}. */
export interface ConnectionErrorInit {
  /** HTTP status of the API's response, when it rejected the call. */
  readonly status?: number | undefined;
  /** The API's own error code, such as `invalid_api_key`. */
  readonly apiCode?: string | undefined;
  /** The API's request id. */
  readonly requestId?: string | undefined;
  /** How long the API asked to wait before the next attempt, in milliseconds, above 0 and at most a day. */
  readonly retryAfterMs?: number | undefined;
  /** The underlying error. Never a response body. */
  readonly cause?: unknown;
}

/** The only error class of this package: a code, and a message that names the remedy. It never holds a token or a response body. */
export class ConnectionError extends Error {
  /** Which failure this is. */
  readonly code: ConnectionErrorCode;
  /** HTTP status of the API's response, when it rejected the call. */
  readonly status: number | undefined;
  /** The API's own error code. */
  readonly apiCode: string | undefined;
  /** The API's request id. */
  readonly requestId: string | undefined;
  /** How long the API asked to wait before the next attempt, in milliseconds. Reconnecting waits at least that long. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ConnectionErrorCode, init: ConnectionErrorInit = {}) {
    const { status, apiCode, requestId, retryAfterMs } = init;
    const detail = apiCode ?? status;
    super(messages[code] + (detail ? ` (${detail})` : ''), init);
    this.name = 'ConnectionError';
    this.code = code;
    this.status = status;
    this.apiCode = apiCode;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Returns what was thrown if it is a `ConnectionError`, and wraps it in one with this code otherwise. */
export function toConnectionError(cause: unknown, code: ConnectionErrorCode): ConnectionError {
  return cause instanceof ConnectionError ? cause : new ConnectionError(code, { cause });
}

export function rethrowAs(code: ConnectionErrorCode): (cause: unknown) => never {
  return (cause) => {
    throw toConnectionError(cause, code);
  };
}
