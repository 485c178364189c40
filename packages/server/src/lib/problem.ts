import type { CallEndReason } from './calls/call-end.ts';

/**
 * Every way a request can be refused. The set is closed, so a `switch` over it can be exhaustive.
 *
 * - `bad_request` 400: the request line or the `Host` header is malformed.
 * - `invalid_json` 400: the body is not a single JSON object in UTF-8, or it has duplicate keys, nests too deeply or contains `__proto__`.
 * - `unknown_field` 400: the client set a field that the server does not let it set; `path` names the field.
 * - `invalid_field` 400: the client set an allowed field to a value outside its documented range; `path` names the field.
 * - `unauthorized` 401: `authorize` returned no principal, or threw an error with `status` 401.
 * - `origin_forbidden` 403: the calling page is neither same-origin nor listed in `allowedOrigins`.
 * - `host_forbidden` 403: the request is addressed to a host that is not in `allowedHosts`.
 * - `invalid_offer` 400: the body contains no SDP offer with audio and a data channel.
 * - `forbidden` 403: `session` returned `null` for this principal, or `authorize` threw an error with `status` 403.
 * - `call_not_found` 404: no such call of this principal.
 * - `method_not_allowed` 405: the method is neither `POST` nor `OPTIONS`; of a route for calls, nor `PUT` or `DELETE`.
 * - `request_timeout` 408: the body did not arrive within `timeoutMs`.
 * - `call_ended` 410: the call has ended; `reason` says why.
 * - `payload_too_large` 413: the body is longer than `maxBodyBytes`.
 * - `unsupported_media_type` 415: the content type is not `application/json`; of a route for calls, nor `application/sdp`.
 * - `rate_limited` 429: this principal or address sent too many requests; `retry_after` says how long to wait.
 * - `too_many_calls` 429: this principal, or the server, has as many calls as allowed.
 * - `budget_exhausted` 429: the budget of this principal is spent; `retry_after` says when a new one begins.
 * - `client_closed_request` 499: the client disconnected, so this response is never read.
 * - `internal_error` 500: a hook of the server (`authorize`, `session`, `allow`, `apiKey`) threw or returned an unusable value.
 * - `server_misconfigured` 500: the API key, the model or the upstream is wrong; the audit event contains the remedy.
 * - `upstream_rejected` 502: the provider rejected the session parameters.
 * - `upstream_error` 502: the provider failed or could not be reached.
 * - `upstream_invalid_response` 502: the provider's response contains no usable token or answer.
 * - `upstream_busy` 503: the provider's own rate limit was reached.
 * - `upstream_quota_exhausted` 503: the account behind the API key has no quota left.
 * - `limiter_unavailable` 503: the rate limiter failed or was too slow, so the request was refused.
 * - `store_unavailable` 503: the store of calls failed, so no call was created.
 * - `shutting_down` 503: `close()` was called.
 * - `hook_timeout` 503: `authorize`, `session`, `allow` or `apiKey` did not finish within `timeoutMs`.
 * - `upstream_timeout` 504: the provider did not respond within `timeoutMs`.
 * - `outcome_unknown` 504: the provider was asked for a call and did not answer clearly, so a call may exist. Never repeated automatically.
 */
export type ProblemCode =
  | 'bad_request'
  | 'invalid_json'
  | 'unknown_field'
  | 'invalid_field'
  | 'invalid_offer'
  | 'unauthorized'
  | 'origin_forbidden'
  | 'host_forbidden'
  | 'forbidden'
  | 'call_not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'call_ended'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'too_many_calls'
  | 'budget_exhausted'
  | 'client_closed_request'
  | 'internal_error'
  | 'server_misconfigured'
  | 'upstream_rejected'
  | 'upstream_error'
  | 'upstream_invalid_response'
  | 'upstream_busy'
  | 'upstream_quota_exhausted'
  | 'limiter_unavailable'
  | 'store_unavailable'
  | 'shutting_down'
  | 'upstream_timeout'
  | 'outcome_unknown'
  | 'hook_timeout';

export const problemStatus: Readonly<Record<ProblemCode, number>> = {
  bad_request: 400,
  invalid_json: 400,
  unknown_field: 400,
  invalid_field: 400,
  invalid_offer: 400,
  unauthorized: 401,
  origin_forbidden: 403,
  host_forbidden: 403,
  forbidden: 403,
  call_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  call_ended: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  too_many_calls: 429,
  budget_exhausted: 429,
  client_closed_request: 499,
  internal_error: 500,
  server_misconfigured: 500,
  upstream_rejected: 502,
  upstream_error: 502,
  upstream_invalid_response: 502,
  upstream_busy: 503,
  upstream_quota_exhausted: 503,
  limiter_unavailable: 503,
  store_unavailable: 503,
  shutting_down: 503,
  hook_timeout: 503,
  upstream_timeout: 504,
  outcome_unknown: 504,
};

/** One sentence for the caller that names the remedy. */
export const problemTitle: Readonly<Record<ProblemCode, string>> = {
  bad_request: 'The request is malformed; send a plain HTTP request with a valid Host header.',
  invalid_json: 'The body is not a JSON object in UTF-8 with unique keys; send {} or session parameters.',
  unknown_field:
    'This field may not be set by the client; leave it out, or list it in the server option `allow`.',
  invalid_field: 'This field has a value outside its documented range; correct it.',
  invalid_offer: 'The body contains no usable SDP offer; offer audio and a data channel.',
  unauthorized: 'No signed-in user was found; sign in and try again.',
  origin_forbidden:
    'This origin may not request a token; call from the same origin, or add it to `allowedOrigins`.',
  host_forbidden:
    'This server does not answer requests to this host; use its own address, or add the host to `allowedHosts`.',
  forbidden: 'This user may not open a session.',
  call_not_found: 'There is no such call of this user; start a new one.',
  method_not_allowed: 'Only POST creates a session; send a POST request.',
  request_timeout: 'The body did not arrive in time; send it again.',
  call_ended: 'This call has ended; start a new one.',
  payload_too_large: 'The body is too large; send only the session parameters you want to set.',
  unsupported_media_type: 'Only JSON is accepted; send the header Content-Type: application/json.',
  rate_limited: 'Too many tokens were requested; wait as long as Retry-After says.',
  too_many_calls: 'Too many calls are open; end one, or try again later.',
  budget_exhausted: 'The budget for calls is spent; wait as long as Retry-After says.',
  client_closed_request: 'The client closed the connection before the response was ready.',
  internal_error: 'The server failed before it could request a token; see its audit events.',
  server_misconfigured:
    'The server is not configured to create sessions; see its audit events for the remedy.',
  upstream_rejected: 'The realtime provider rejected these session parameters; correct them.',
  upstream_error: 'The realtime provider failed or could not be reached; try again.',
  upstream_invalid_response: 'The realtime provider returned no usable token; try again later.',
  upstream_busy: 'The realtime provider is busy; wait as long as Retry-After says.',
  upstream_quota_exhausted:
    'The account of the realtime provider has no quota left; the server owner must add some.',
  limiter_unavailable: 'Rate limits could not be checked, so no token was created; try again shortly.',
  store_unavailable: 'Calls could not be counted, so no call was created; try again shortly.',
  shutting_down: 'This server is shutting down; try again.',
  upstream_timeout: 'The realtime provider did not respond in time; try again.',
  outcome_unknown:
    'The realtime provider did not answer clearly, so a call may have been created; it is not tried again automatically.',
  hook_timeout: 'The server took too long to prepare the session; try again.',
};

/** One sentence for the owner of the server, for the audit event. A {@link ProblemDetail} can name the remedy more exactly. */
export const problemRemedy: Readonly<Record<ProblemCode, string>> = {
  bad_request: 'The request or its `Host` header is malformed; let the client or proxy send a valid `Host`.',
  invalid_json: 'The client must send one JSON object in UTF-8 with unique keys, such as {}.',
  unknown_field:
    'The client sent a field that `allow` does not list; list it in `allow`, or let the page leave it out.',
  invalid_field: 'The client sent a value outside its documented range; let the page correct it.',
  invalid_offer: 'The page sent no SDP offer with audio and a data channel; let it send one.',
  unauthorized:
    '`authorize` returned no user; the user must sign in, or `authorize` must accept the request.',
  origin_forbidden:
    'A page of another origin asked for a token; add its origin to `allowedOrigins` if it is yours.',
  host_forbidden: 'The request is addressed to another host; add it to `allowedHosts` if it is yours.',
  forbidden: 'Your function refused this user; return session parameters or a user to accept the request.',
  call_not_found:
    'The page named a call that does not exist or belongs to another principal; nothing to fix.',
  method_not_allowed: 'The client must send POST; register the handler for POST and OPTIONS.',
  request_timeout: 'The body did not arrive within `timeoutMs`; the client must send it again.',
  call_ended: 'The page named a call that has ended; nothing to fix.',
  payload_too_large: 'The body is larger than `maxBodyBytes`; raise it, or let the page send less.',
  unsupported_media_type: 'The client must send the header Content-Type: application/json.',
  rate_limited: 'The client requested too many tokens; raise `limits` if this is normal use.',
  too_many_calls:
    'The principal or the server has as many calls as `callLimits` allows; raise the limit if this is normal use.',
  budget_exhausted: 'The principal has spent its budget; raise `callLimits.budget` if this is normal use.',
  client_closed_request: 'The client disconnected; there is nothing to fix on the server.',
  internal_error: 'One of your hooks failed; correct it.',
  server_misconfigured:
    'The API key, the model or the address of the upstream is wrong; correct the options.',
  upstream_rejected: 'The upstream rejected the session parameters; correct `session`, or narrow `allow`.',
  upstream_error: 'The upstream failed; check its status page, and try again.',
  upstream_invalid_response:
    'The upstream returned no usable token; check that `baseUrl` and `api` point to a create-session call.',
  upstream_busy:
    "The upstream's own rate limit was reached; raise the limits of your account, or lower `limits`.",
  upstream_quota_exhausted:
    'The account behind the API key has no quota left; add credit or raise its limit.',
  limiter_unavailable:
    'The limiter failed or took longer than 200 ms; check the store behind the `limiter` option.',
  store_unavailable: 'The store of calls failed or was too slow; check the Redis behind the `store` option.',
  shutting_down: '`close()` was called; let the load balancer send requests to another instance.',
  upstream_timeout:
    'The upstream did not respond within `timeoutMs`; check its status page, or raise the limit.',
  outcome_unknown:
    'The upstream did not answer clearly, so a call may exist that cannot be ended; check its status page.',
  hook_timeout:
    'One of your hooks did not finish within `timeoutMs`; pass on the signal it receives, or raise the limit.',
};

/** Body of every error response, as `application/problem+json` (RFC 9457). */
export interface Problem {
  /** `urn:realtime-session:problem:` followed by the code. */
  readonly type: string;
  /** One plain sentence that names the remedy. */
  readonly title: string;
  /** HTTP status, the same as in the status line. */
  readonly status: number;
  /** Identifies the problem. */
  readonly code: ProblemCode;
  /** Id of this request, the same as in the header `X-Request-Id` and in the audit event. */
  readonly request_id: string;
  /** Whole seconds to wait before the next attempt, at least 1. */
  readonly retry_after?: number;
  /** Dotted path of the invalid field, with `unknown_field` and `invalid_field`. */
  readonly path?: string;
  /** Why the call ended, with `call_ended`. */
  readonly reason?: CallEndReason;
}

export interface ReachedLimit {
  readonly subject: 'principal' | 'address';
  /** Mints per window. Undefined if the limiter does not report it. */
  readonly max: number | undefined;
  /** Undefined if the limiter has no fixed window. */
  readonly windowMs: number | undefined;
}

export interface ProblemDetail {
  /** Replaces the standard title of the code. Always our own words, never text of the upstream. */
  readonly title?: string;
  /** A sentence for the owner of the server. Goes to the audit event only. */
  readonly remedy?: string;
  /** Dotted path of the invalid field, never its value. */
  readonly path?: string;
  readonly retryAfterMs?: number;
  /** Set with `call_ended`. */
  readonly reason?: CallEndReason;
  /** Set with `rate_limited`. */
  readonly limit?: ReachedLimit;
  /** Set if the upstream may not know the model of the session: the event then names the replacement of one that was shut down. */
  readonly unknown?: 'model';
  /** The header `Origin`, set with `origin_forbidden`. Untrusted. */
  readonly origin?: string | undefined;
  /** The underlying error. Goes to the audit event only, as a non-enumerable property. */
  readonly cause?: unknown;
}

/** Ends a request with a problem document. Never leaves the handler. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly detail: ProblemDetail;

  constructor(code: ProblemCode, detail: ProblemDetail = {}) {
    super(code);
    this.name = 'ProblemError';
    this.code = code;
    this.detail = detail;
  }
}

/** Keeps a {@link ProblemError}; anything else that a hook threw becomes an `internal_error` with the given remedy. */
export function toProblemError(thrown: unknown, remedy: string): ProblemError {
  return thrown instanceof ProblemError
    ? thrown
    : new ProblemError('internal_error', { remedy, cause: thrown });
}
