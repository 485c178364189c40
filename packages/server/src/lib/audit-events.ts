import type { SessionShutdown } from '@realtime-session/protocol';
import type { Rate } from './limit/limiter.ts';
import type { ProblemCode } from './problem.ts';

/** The fields of every audit event. No event contains a key, a token, a body or instructions. */
export interface AuditEventBase {
  /** Id of the request, the same as in the header `X-Request-Id`: generated, or that of the header `requestIdHeader`. */
  readonly requestId: string;
  /** When the response was ready, in milliseconds since 1970. */
  readonly atMs: number;
  /** HTTP status of the response. Events of calls, which are not about a request, have none. */
  readonly status: number;
  /** Time from receiving the request to having the response ready, in milliseconds. */
  readonly durationMs: number;
  /** Time spent in `authorize`, in milliseconds. `undefined` if it was not called. */
  readonly authorizeMs: number | undefined;
  /** Time spent in the rate limiter, in milliseconds: for the address and for the user together. `undefined` if it was not called. */
  readonly limiterMs: number | undefined;
  /**
   * Time spent on the upstream, in milliseconds: all attempts to create the token or the call, and the waits between them. `undefined` if
   * it was not asked.
   */
  readonly upstreamMs: number | undefined;
  /**
   * The client's IPv4 address or IPv6 /64, or `unknown` if the adapter passed none. With `eventAddress: 'shortened'`, an IPv4 /24 or an
   * IPv6 /48; with `'none'`, `undefined`.
   */
  readonly address: string | undefined;
  /** HMAC of the principal's id, if `safetyIdentifierKey` is set and `authorize` returned a principal. Never the id itself. */
  readonly principal: string | undefined;
  /** How often the limiter failed and the request continued because of `limiterFailure: 'allow'`. Worth an alert. */
  readonly limiterFailures: number;
  /** Number of calls to the upstream. */
  readonly attempts: number;
  /** Status of the last upstream response. */
  readonly upstreamStatus: number | undefined;
  /** Request id of the last upstream response, for the provider's support. */
  readonly upstreamRequestId: string | undefined;
}

/** A token was created. */
export interface MintedEvent extends AuditEventBase {
  /** Always `minted`. */
  readonly type: 'minted';
  /** Model of the session, as the upstream reports it: at most 200 characters, without control characters and secrets. */
  readonly model: string | undefined;
  /** Lifetime of the token in seconds, the same as `expires_in` in the response. */
  readonly expiresInSeconds: number;
  /** Paths of session parameters that the upstream's call does not support, such as `temperature`. */
  readonly dropped: readonly string[];
  /** Models and fields of this session that the provider shuts down on an announced date, with their replacements. */
  readonly shutdowns: readonly SessionShutdown[];
}

/** The request was refused for a reason the caller can fix (4xx). */
export interface RefusedEvent extends AuditEventBase {
  /** Always `refused`. */
  readonly type: 'refused';
  /** The reason. */
  readonly code: ProblemCode;
  /** Dotted path of the invalid field. */
  readonly path: string | undefined;
  /** With `origin_forbidden`, the header `Origin` of the request: at most 200 characters, without control characters and secrets. */
  readonly origin: string | undefined;
  /** With `rate_limited`, whose limit was reached. */
  readonly limit: 'principal' | 'address' | undefined;
  /** With `rate_limited`, the limit that was reached, if the limiter states its number and its window. */
  readonly rate: Rate | undefined;
  /** How long the client is asked to wait, in milliseconds, at most one day: `Retry-After` before it is rounded up to seconds. */
  readonly retryAfterMs: number | undefined;
  /** One sentence for the server's owner that explains how to fix it, or what the caller must do. */
  readonly remedy: string;
}

/** The request failed for a reason the server's owner can fix (5xx). */
export interface FailedEvent extends AuditEventBase {
  /** Always `failed`. */
  readonly type: 'failed';
  /** The reason. */
  readonly code: ProblemCode;
  /** One sentence that explains how to fix it. */
  readonly remedy: string;
  /**
   * The error that your hook, your limiter, the store or `fetch` threw, as one line: name, message, causes, and the first line of the stack
   * that is yours. API keys, tokens and other secrets with a known form are removed. `undefined` if nothing was thrown.
   */
  readonly error: string | undefined;
  /** How long the client is asked to wait, in milliseconds, at most one day: `Retry-After` before it is rounded up to seconds. */
  readonly retryAfterMs: number | undefined;
  /** Models and fields of the session that the provider shuts down on an announced date: after the date, the likely reason. */
  readonly shutdowns: readonly SessionShutdown[];
  /** The upstream's own error code, such as `invalid_value`. */
  readonly upstreamCode: string | undefined;
  /** The parameter that the upstream rejected. */
  readonly upstreamParam: string | undefined;
  /**
   * The error itself, of which `error` is the scrubbed text. Not enumerable, so that printing or serializing the event leaves it out: it is
   * your own error and may contain more than a log should.
   */
  readonly cause?: unknown;
}

/** The client disconnected before the response was ready. */
export interface AbortedEvent extends AuditEventBase {
  /** Always `aborted`. */
  readonly type: 'aborted';
}

/** A page of another origin sent a preflight request (`OPTIONS`). */
export interface PreflightEvent extends AuditEventBase {
  /** Always `preflight`. */
  readonly type: 'preflight';
  /** The header `Origin`, if the page got no permission: at most 200 characters, without control characters and secrets. */
  readonly origin: string | undefined;
  /** How to allow the page's origin, if the page got no permission. The browser then sends no further request. */
  readonly remedy: string | undefined;
}

/** A call was created. Emitted when its answer is ready for the page; the event `call-started` follows the call itself. */
export interface CallCreatedEvent extends AuditEventBase {
  /** Always `call-created`. */
  readonly type: 'call-created';
  /** Id of the call, as in `?call=`. */
  readonly call: string;
  /** Model of the session: at most 200 characters, without control characters and secrets. */
  readonly model: string | undefined;
  /** Paths of session parameters that the upstream's call does not support, such as `temperature`. */
  readonly dropped: readonly string[];
  /** Models and fields of this session that the provider shuts down on an announced date, with their replacements. */
  readonly shutdowns: readonly SessionShutdown[];
}

/** The page of a running call sent a heartbeat (`PUT`). */
export interface CallHeartbeatEvent extends AuditEventBase {
  /** Always `call-heartbeat`. */
  readonly type: 'call-heartbeat';
  /** Id of the call, as in `?call=`. */
  readonly call: string;
}

/** The page ended its call (`DELETE`). */
export interface CallHungUpEvent extends AuditEventBase {
  /** Always `call-hung-up`. */
  readonly type: 'call-hung-up';
  /** Id of the call, as in `?call=`. */
  readonly call: string;
  /** What entitled the request to end the call: its user, or only the unguessable id. */
  readonly by: 'principal' | 'id';
}

/** Exactly one per request, whatever its outcome. Those with `call` come from `createCallHandler()` only. */
export type AuditEvent =
  | MintedEvent
  | CallCreatedEvent
  | CallHeartbeatEvent
  | CallHungUpEvent
  | RefusedEvent
  | FailedEvent
  | AbortedEvent
  | PreflightEvent;
