/**
 * Every way a connection can fail to open, or end by itself. The set is closed.
 *
 * - `unsupported`: this runtime has no WebRTC.
 * - `insecure-context`: microphones exist only on https pages and on localhost.
 * - `mic-denied`: the user or a policy refused the microphone.
 * - `mic-missing`: there is no microphone, or another program holds it.
 * - `token`: no token could be had; the cause says why.
 * - `rejected`: the API refused the call; `status` and `apiCode` say how.
 * - `network`: the API could not be reached.
 * - `timeout`: the call was not open within `timeoutMs`.
 * - `lost`: the connection broke down, while it opened or when it was open.
 * - `closed`: `close()` was called, or the caller's signal aborted, while connecting.
 */
export type ConnectionErrorCode =
  | 'unsupported'
  | 'insecure-context'
  | 'mic-denied'
  | 'mic-missing'
  | 'token'
  | 'rejected'
  | 'network'
  | 'timeout'
  | 'lost'
  | 'closed';

/** What a {@link ConnectionError} is made of. */
export interface ConnectionErrorInit {
  /** HTTP status of the API's answer, when it refused the call. */
  readonly status?: number | undefined;
  /** The API's own error code, such as `invalid_api_key`. */
  readonly apiCode?: string | undefined;
  /** The API's request id. */
  readonly requestId?: string | undefined;
  /** What was thrown underneath. Never a response body. */
  readonly cause?: unknown;
}

/** The one error of this package: a code, and a sentence that names the remedy. Never a token, never a body. */
export class ConnectionError extends Error {
  /** Which failure this is. */
  readonly code: ConnectionErrorCode;
  /** HTTP status of the API's answer, when it refused the call. */
  readonly status: number | undefined;
  /** The API's own error code. */
  readonly apiCode: string | undefined;
  /** The API's request id. */
  readonly requestId: string | undefined;

  constructor(code: ConnectionErrorCode, message: string, init: ConnectionErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'ConnectionError';
    this.code = code;
    this.status = init.status;
    this.apiCode = init.apiCode;
    this.requestId = init.requestId;
  }
}
