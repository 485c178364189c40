import { problemRemedy, problemTitle } from './problem.ts';
import type { ProblemCode } from './problem.ts';

/** What responses and events of one kind of route have in common. */
export interface Route {
  /** Without `OPTIONS`, to which every route responds. */
  readonly methods: readonly string[];
  /** Headers that pages of other origins may send. */
  readonly requestHeaders: readonly string[];
  /** Headers that pages of other origins may read. `Date` lets the token manager correct for clock skew. */
  readonly exposedHeaders: readonly string[];
  readonly titles: Readonly<Record<ProblemCode, string>>;
  readonly remedies: Readonly<Record<ProblemCode, string>>;
}

const requestHeaders = ['authorization', 'content-type', 'x-csrf-token', 'x-requested-with'] as const;
const exposedHeaders = ['Date', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'] as const;

/** The route of `createSessionHandler()`. */
export const tokenRoute: Route = {
  methods: ['POST'],
  requestHeaders,
  exposedHeaders,
  titles: problemTitle,
  remedies: problemRemedy,
};

/** The route of `createCallHandler()`. */
export const callRoute: Route = {
  methods: ['POST', 'PUT', 'DELETE'],
  requestHeaders: [...requestHeaders, 'x-openai-agents-sdk'],
  exposedHeaders: [...exposedHeaders, 'Location'],
  titles: {
    ...problemTitle,
    invalid_json:
      'The body is not a JSON object in UTF-8 with unique keys; send { "sdp": "…" }, or the SDP offer itself.',
    origin_forbidden:
      'This origin may not start a call; send the request from the same origin, or add it to `allowedOrigins`.',
    forbidden: 'This user may not start a call.',
    method_not_allowed: 'POST starts a call, PUT is its heartbeat, and DELETE ends it; send one of these.',
    payload_too_large: 'The body is too large; send only the SDP offer and the session parameters to set.',
    unsupported_media_type:
      'Only JSON and SDP are accepted; send the header Content-Type: application/json or application/sdp.',
    rate_limited: 'Too many requests were sent; wait as long as Retry-After says.',
    internal_error: 'The server failed to handle the request; see its audit events.',
    server_misconfigured:
      'The server is not configured to create calls; see its audit events for the remedy.',
    upstream_invalid_response: 'The realtime provider returned no usable answer; try again later.',
    limiter_unavailable: 'Rate limits could not be checked, so the request was refused; try again shortly.',
    hook_timeout: 'The server took too long to prepare the call; try again.',
  },
  remedies: {
    ...problemRemedy,
    invalid_json: 'The client must send one JSON object in UTF-8 with unique keys: { sdp, session? }.',
    origin_forbidden:
      'A page of another origin asked for a call; add its origin to `allowedOrigins` if it is yours.',
    method_not_allowed:
      'The client must send POST, PUT or DELETE; register the handler for these methods and OPTIONS.',
    unsupported_media_type:
      'The client must send the header Content-Type: application/json or application/sdp.',
    rate_limited: 'The client sent too many requests; raise `limits` if this is normal use.',
    upstream_invalid_response:
      'The upstream returned no usable answer; check that its `baseUrl` is that of the Realtime API.',
  },
};
