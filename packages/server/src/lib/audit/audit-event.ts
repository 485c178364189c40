import type { ProblemCode } from '../errors/problem-code.ts';

/** What every audit event says. No event ever holds a key, a token, a body or instructions. */
export interface AuditEventBase {
  /** Id of the request, as in the header `X-Request-Id`. */
  readonly requestId: string;
  /** HTTP status answered. */
  readonly status: number;
  /** From the first byte of the request to the answer, in milliseconds. */
  readonly durationMs: number;
  /** The client's IPv4 address or IPv6 /64, `unknown` when the adapter gave none. */
  readonly address: string;
  /** HMAC of the principal's id, when `safetyIdentifierKey` is set and `authorize` said yes. */
  readonly principal: string | undefined;
  /** Times the limiter failed and the request went on all the same, by `limiterFailure: 'allow'`. Worth an alarm. */
  readonly limiterFailures: number;
  /** Calls made to the upstream. */
  readonly attempts: number;
  /** Status of the last answer of the upstream. */
  readonly upstreamStatus: number | undefined;
  /** Request id of the last answer of the upstream, for its support. */
  readonly upstreamRequestId: string | undefined;
}

/** A token was made. */
export interface MintedEvent extends AuditEventBase {
  /** Always `minted`. */
  readonly type: 'minted';
  /** Model of the session, as the upstream names it. */
  readonly model: string | undefined;
  /** Lifetime of the token in seconds, as answered in `expires_in`. */
  readonly expiresInSeconds: number;
  /** Paths of session parameters the upstream's call has no word for, such as `temperature`. */
  readonly dropped: readonly string[];
}

/** The request was refused: the caller can do something about it (4xx). */
export interface RefusedEvent extends AuditEventBase {
  /** Always `refused`. */
  readonly type: 'refused';
  /** Why. */
  readonly code: ProblemCode;
  /** Dotted path of the field at fault. */
  readonly path: string | undefined;
}

/** The server or its upstream failed: the owner can do something about it (5xx). */
export interface FailedEvent extends AuditEventBase {
  /** Always `failed`. */
  readonly type: 'failed';
  /** Why. */
  readonly code: ProblemCode;
  /** What to do about it, in one sentence. */
  readonly remedy: string | undefined;
  /** The upstream's own error code, such as `invalid_value`. */
  readonly upstreamCode: string | undefined;
  /** The parameter the upstream complained about. */
  readonly upstreamParam: string | undefined;
  /**
   * What your hook or `fetch` threw. Not enumerable, so that printing or serializing the event leaves it out; it is
   * yours, and may say more than a log should hold.
   */
  readonly cause?: unknown;
}

/** The client went away before the answer was ready. */
export interface AbortedEvent extends AuditEventBase {
  /** Always `aborted`. */
  readonly type: 'aborted';
}

/** A page of another origin asked for permission (`OPTIONS`). */
export interface PreflightEvent extends AuditEventBase {
  /** Always `preflight`. */
  readonly type: 'preflight';
}

/** One per request, whatever happened. */
export type AuditEvent = MintedEvent | RefusedEvent | FailedEvent | AbortedEvent | PreflightEvent;
