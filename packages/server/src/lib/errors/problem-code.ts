/**
 * Every way a request can be refused. The set is closed: a `switch` over it can be exhaustive.
 *
 * - `bad_request` 400: the request line or `Host` header is malformed.
 * - `invalid_json` 400: the body is not one JSON object in UTF-8 (or repeats a key, nests too deep, names `__proto__`).
 * - `unknown_field` 400: the client set a session field the server does not let it set (`path` says which).
 * - `invalid_field` 400: the client set an allowed field to a value outside its documented range (`path` says which).
 * - `unauthorized` 401: `authorize` found no signed-in principal.
 * - `origin_forbidden` 403: the page that called is neither same-origin nor in `allowedOrigins`.
 * - `forbidden` 403: `session` returned `null` for this principal.
 * - `method_not_allowed` 405: anything but `POST` and `OPTIONS`.
 * - `request_timeout` 408: the body did not arrive within `timeoutMs`.
 * - `payload_too_large` 413: the body is longer than `maxBodyBytes`.
 * - `unsupported_media_type` 415: the content type is not `application/json`.
 * - `rate_limited` 429: too many mints from this principal or address (`retry_after` says how long to wait).
 * - `client_closed_request` 499: the client went away; nobody reads this answer.
 * - `internal_error` 500: a hook of the server (`authorize`, `session`, `apiKey`) threw or answered nonsense.
 * - `server_misconfigured` 500: the API key, the model or the upstream is wrong; the audit event names the remedy.
 * - `upstream_rejected` 502: the provider refused the session parameters.
 * - `upstream_error` 502: the provider failed or could not be reached.
 * - `upstream_invalid_response` 502: the provider answered something that is no token.
 * - `upstream_busy` 503: the provider's own rate limit.
 * - `upstream_quota_exhausted` 503: the account behind the API key has no quota left.
 * - `limiter_unavailable` 503: the rate limiter failed or was too slow, so the request was refused.
 * - `shutting_down` 503: `close()` was called.
 * - `hook_timeout` 503: `authorize`, `session`, `allow` or `apiKey` did not answer within `timeoutMs`.
 * - `upstream_timeout` 504: the provider did not answer within `timeoutMs`.
 */
export type ProblemCode =
  | 'bad_request'
  | 'invalid_json'
  | 'unknown_field'
  | 'invalid_field'
  | 'unauthorized'
  | 'origin_forbidden'
  | 'forbidden'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'client_closed_request'
  | 'internal_error'
  | 'server_misconfigured'
  | 'upstream_rejected'
  | 'upstream_error'
  | 'upstream_invalid_response'
  | 'upstream_busy'
  | 'upstream_quota_exhausted'
  | 'limiter_unavailable'
  | 'shutting_down'
  | 'upstream_timeout'
  | 'hook_timeout';

/** HTTP status of each code. */
export const problemStatus: Readonly<Record<ProblemCode, number>> = {
  bad_request: 400,
  invalid_json: 400,
  unknown_field: 400,
  invalid_field: 400,
  unauthorized: 401,
  origin_forbidden: 403,
  forbidden: 403,
  method_not_allowed: 405,
  request_timeout: 408,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  client_closed_request: 499,
  internal_error: 500,
  server_misconfigured: 500,
  upstream_rejected: 502,
  upstream_error: 502,
  upstream_invalid_response: 502,
  upstream_busy: 503,
  upstream_quota_exhausted: 503,
  limiter_unavailable: 503,
  shutting_down: 503,
  hook_timeout: 503,
  upstream_timeout: 504,
};

/** What the caller reads: one plain sentence that names the remedy. */
export const problemTitle: Readonly<Record<ProblemCode, string>> = {
  bad_request: 'The request is malformed; send a plain HTTP request with a valid Host header.',
  invalid_json: 'The body is not a JSON object in UTF-8 with unique keys; send {} or session parameters.',
  unknown_field:
    'This field may not be set by the client; leave it out, or list it in the server option `allow`.',
  invalid_field: 'This field has a value outside its documented range; correct it.',
  unauthorized: 'No signed-in user was found; sign in and try again.',
  origin_forbidden:
    'This origin may not ask for a token; call from the same origin, or add it to `allowedOrigins`.',
  forbidden: 'This user may not open a session.',
  method_not_allowed: 'Only POST creates a session; send a POST request.',
  request_timeout: 'The body did not arrive in time; send it again.',
  payload_too_large: 'The body is too large; send only the session parameters you want to set.',
  unsupported_media_type: 'Only JSON is read here; send the header Content-Type: application/json.',
  rate_limited: 'Too many tokens were requested; wait as long as Retry-After says.',
  client_closed_request: 'The client closed the connection before the answer was ready.',
  internal_error: 'The server failed before it could ask for a token; look at its audit events.',
  server_misconfigured:
    'The server is not set up to create sessions; look at its audit events for the remedy.',
  upstream_rejected: 'The realtime provider refused these session parameters; correct them.',
  upstream_error: 'The realtime provider failed or could not be reached; try again.',
  upstream_invalid_response: 'The realtime provider answered without a usable token; try again later.',
  upstream_busy: 'The realtime provider is busy; wait as long as Retry-After says.',
  upstream_quota_exhausted:
    'The account of the realtime provider has no quota left; its owner must add some.',
  limiter_unavailable: 'Rate limits could not be checked, so no token was made; try again shortly.',
  shutting_down: 'This server is shutting down; try again.',
  upstream_timeout: 'The realtime provider did not answer in time; try again.',
  hook_timeout: 'The server took too long to prepare the session; try again.',
};
