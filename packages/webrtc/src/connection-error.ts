const problems = {
  unsupported: 'WebRTC is not available.',
  'insecure-context': 'This page is not secure.',
  'mic-denied': 'The microphone was refused.',
  'mic-missing': 'The microphone was not found.',
  token: 'The call got no token.',
  rejected: 'The call was rejected.',
  'call-ended': 'The call has ended.',
  network: 'The API was not reached.',
  timeout: 'The call timed out.',
  lost: 'The call was lost.',
  'session-expired': 'The session reached its limit.',
  'invalid-options': 'An option is not valid.',
  closed: 'There is no open call.',
};

/**
 * Every way a connection can fail to open, or end without `close()`. The set is closed.
 *
 * - `unsupported`: this runtime has no WebRTC.
 * - `insecure-context`: browsers offer microphones only on https pages and on localhost.
 * - `mic-denied`: the user or a policy refused the microphone, or revoked it during the call.
 * - `mic-missing`: there is no microphone, another program uses it, or it was unplugged during the call and there is no other.
 * - `token`: getting a token failed. `cause` is the token manager's error, and the message ends with its sentence.
 * - `rejected`: the API or the call route rejected the call; see `status` and `apiCode`.
 * - `call-ended`: the server ended the call; see `reason`. It is not replaced by another call.
 * - `network`: the API, the call route, or what `exchange` calls, could not be reached.
 * - `timeout`: the call did not open within `timeoutMs`.
 * - `lost`: the connection failed, while it opened or afterwards. If no packet came through, the message names the usual causes.
 * - `session-expired`: the session reached `maxDurationMs`, or the API reported that it reached its own limit.
 * - `invalid-options`: an option changed to a value that is out of range or of the wrong type, `audio` is not usable, or
 *   `exchange` did not return SDP. The message names it. `createRealtimeConnection()` itself throws a `TypeError`.
 * - `closed`: `close()` was called, the caller's signal aborted or the token source was reset or disposed while connecting; or
 *   `send()` or `setMicrophone()` was called without an open call.
 */
export type ConnectionErrorCode = keyof typeof problems;

const remedies: Readonly<Record<ConnectionErrorCode, string>> = {
  unsupported: 'Use a current browser.',
  'insecure-context': 'Serve it on https or localhost.',
  'mic-denied': 'Allow it and connect again.',
  'mic-missing': 'Plug one in and connect again.',
  token: 'See the cause.',
  rejected: 'Check the session and the url option.',
  'call-ended': 'Connect again.',
  network: 'Check the network and the url option.',
  timeout: 'Check the network and connect again.',
  lost: 'Check the network and connect again.',
  'session-expired': 'Connect again.',
  'invalid-options': 'Correct it.',
  closed: 'Connect again.',
};

/**
 * Why the server ended a call. Newer servers may have other reasons.
 *
 * - `duration`: the call reached its time limit.
 * - `idle`: nothing was said for too long.
 * - `budget`: the budget of the call or of the user is spent.
 * - `unpriced`: the call used something without a price.
 * - `replaced`: a newer call of the same user took its place. Do not connect again without the user.
 * - `revoked`: your server ended it.
 * - `page-update`: the page changed the session, which the server does not allow.
 * - `never-connected`, `heartbeat-lost`: the server heard nothing from the page.
 * - `hung-up`: the page ended it.
 * - `upstream`: the API ended it.
 * - `shutdown`: the server stopped.
 *
 * If a Live session reports its end to the page and the server gives no other reason, it is that of the API:
 *
 * - `close_requested`: the page sent `session.close`.
 * - `expired`: the session reached the API's own limit.
 * - `content`: the API's moderation ended it.
 * - `remote_hangup`, `connection_lost`: the API heard nothing from the page.
 */
export type CallEndReason =
  | 'duration'
  | 'idle'
  | 'budget'
  | 'unpriced'
  | 'replaced'
  | 'revoked'
  | 'page-update'
  | 'never-connected'
  | 'heartbeat-lost'
  | 'hung-up'
  | 'upstream'
  | 'shutdown'
  | 'close_requested'
  | 'expired'
  | 'content'
  | 'remote_hangup'
  | 'connection_lost'
  | (string & Record<never, never>);

/** The details of a {@link ConnectionError}. */
export interface ConnectionErrorInit {
  /** HTTP status of the response, when the API or the call route rejected the call. */
  readonly status?: number | undefined;
  /** The error code of the API or of the call route, such as `invalid_api_key` or `too_many_calls`. */
  readonly apiCode?: string | undefined;
  /** Why the server ended the call, with `call-ended`. */
  readonly reason?: CallEndReason | undefined;
  /** The request id of the response. */
  readonly requestId?: string | undefined;
  /** How long the API or the call route asked to wait before the next attempt, in milliseconds, above 0 and at most a day. */
  readonly retryAfterMs?: number | undefined;
  /** What to do about it, in a sentence that replaces the general one of the code. */
  readonly remedy?: string | undefined;
  /** The underlying error. Never a response body. */
  readonly cause?: unknown;
}

/** The only error class of this package: a code, and a message that names the remedy. It never holds a token or a response body. */
export class ConnectionError extends Error {
  /** Which failure this is. */
  readonly code: ConnectionErrorCode;
  /** HTTP status of the response, when the API or the call route rejected the call. */
  readonly status: number | undefined;
  /** The error code of the API or of the call route. */
  readonly apiCode: string | undefined;
  /** Why the server ended the call, with `call-ended`; `undefined` when the call is not known any longer. */
  readonly reason: CallEndReason | undefined;
  /** The request id of the response. */
  readonly requestId: string | undefined;
  /** How long the API or the call route asked to wait before the next attempt, in milliseconds. Reconnecting waits at least that long. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ConnectionErrorCode, init: ConnectionErrorInit = {}) {
    const { status, apiCode, reason, requestId, retryAfterMs } = init;
    const { remedy = remedies[code] } = init;
    const detail = reason ?? apiCode ?? status;
    super(`${problems[code]} ${remedy}${detail ? ` (${detail})` : ''}`, init);
    this.name = 'ConnectionError';
    this.code = code;
    this.status = status;
    this.apiCode = apiCode;
    this.reason = reason;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
    // Until it is read, V8 keeps every object of the stack reachable, among them a closed peer.
    Reflect.get(this, 'stack');
  }
}

/** Returns what was thrown if it is a `ConnectionError`, and wraps it in one with this code otherwise. */
export function toConnectionError(cause: unknown, code: ConnectionErrorCode): ConnectionError {
  return cause instanceof ConnectionError ? cause : new ConnectionError(code, { cause });
}

/** Rethrows a `ConnectionError` as it is, and anything else as the cause of one with this code. */
export function rethrowAs(
  code: ConnectionErrorCode,
  describeRemedy: (cause: unknown) => string | undefined = () => undefined,
): (cause: unknown) => never {
  return (cause) => {
    throw cause instanceof ConnectionError
      ? cause
      : new ConnectionError(code, { cause, remedy: describeRemedy(cause) });
  };
}

/** Returns the error of a call that did not open because no packet came through. Its message names the usual causes. */
export function unreached(
  code: 'lost' | 'timeout',
  { connectionState }: RTCPeerConnection,
): ConnectionError | undefined {
  if (!/connecting|failed/.test(connectionState)) return undefined;
  return new ConnectionError(code, {
    remedy:
      'No packet came through. Check for a firewall, a VPN or a network that blocks UDP. To call a loopback address, Firefox needs the preference media.peerconnection.ice.loopback.',
  });
}
