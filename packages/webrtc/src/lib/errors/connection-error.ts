/** One sentence for each code, with the remedy. */
const sentences = {
  unsupported: 'There is no WebRTC. Use a current browser.',
  'insecure-context': 'Serve the page on https or localhost.',
  'mic-denied': 'The microphone was refused. Allow it and connect again.',
  'mic-missing': 'There is no microphone. Plug one in and connect again.',
  token: 'There is no token. See the cause.',
  rejected: 'The API refused the call. Check the session and the url option.',
  network: 'The API was not reached. Check the network and the url option.',
  timeout: 'The call took too long. Check the network and connect again.',
  lost: 'The call broke down. Check the network and connect again.',
  'session-expired': 'The session reached its limit. Connect again.',
  closed: 'There is no call. Connect again.',
};

/**
 * Every way a connection can fail to open, or end by itself. The set is closed.
 *
 * - `unsupported`: this runtime has no WebRTC.
 * - `insecure-context`: microphones exist only on https pages and on localhost.
 * - `mic-denied`: the user or a policy refused the microphone, or took it away in mid-call.
 * - `mic-missing`: there is no microphone, another program holds it, or it was unplugged in mid-call and there is no other.
 * - `token`: no token could be had; the cause says why.
 * - `rejected`: the API refused the call; `status` and `apiCode` say how.
 * - `network`: the API, or whatever `exchange` calls, could not be reached.
 * - `timeout`: the call was not open within `timeoutMs`.
 * - `lost`: the connection broke down, while it opened or when it was open.
 * - `session-expired`: the session reached `maxDurationMs`, or the API said that it reached its own limit.
 * - `closed`: `close()` was called, or the caller's signal aborted, while connecting; or `send()` without an open call.
 */
export type ConnectionErrorCode = keyof typeof sentences;

/** What a {@link ConnectionError} is made of. */
export interface ConnectionErrorInit {
  /** HTTP status of the API's answer, when it refused the call. */
  readonly status?: number | undefined;
  /** The API's own error code, such as `invalid_api_key`. */
  readonly apiCode?: string | undefined;
  /** The API's request id. */
  readonly requestId?: string | undefined;
  /** How long the API asked to wait before the next try, in milliseconds, above 0 and at most a day. */
  readonly retryAfterMs?: number | undefined;
  /** What was thrown underneath. Never a response body. */
  readonly cause?: unknown;
}

/** The one error of this package: a code, and a sentence that names the remedy. Never a token, never a body. */
export class ConnectionError extends Error {
  /** Which failure this is. */
  declare readonly code: ConnectionErrorCode;
  /** HTTP status of the API's answer, when it refused the call. */
  declare readonly status: number | undefined;
  /** The API's own error code. */
  declare readonly apiCode: string | undefined;
  /** The API's request id. */
  declare readonly requestId: string | undefined;
  /** How long the API asked to wait before the next try, in milliseconds. Tries of `reconnectLimit` wait that long. */
  declare readonly retryAfterMs: number | undefined;

  constructor(code: ConnectionErrorCode, init: ConnectionErrorInit = {}) {
    const said = init.apiCode ?? init.status;
    super(sentences[code] + (said ? ` (${said})` : ''), init);
    Object.assign(this, init, { name: 'ConnectionError', code });
  }
}

/**
 * For `catch`: throws what was thrown, as the one error of this package.
 *
 * @param code - What to call anything that is none yet.
 */
export function failAs(code: ConnectionErrorCode): (cause: unknown) => never {
  return (cause) => {
    throw asConnectionError(cause, code);
  };
}

/**
 * Whatever was thrown, as the one error of this package.
 *
 * @param cause - What was thrown.
 * @param code - What to call anything that is none yet.
 */
export function asConnectionError(cause: unknown, code: ConnectionErrorCode): ConnectionError {
  return cause instanceof ConnectionError ? cause : new ConnectionError(code, { cause });
}
