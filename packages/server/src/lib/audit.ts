import type { SessionShutdown } from '@realtime-session/protocol';
import { problemStatus } from './problem.ts';
import type { ProblemCode, ProblemError } from './problem.ts';
import { scrub } from './report-text.ts';

/** The fields of every audit event. No event contains a key, a token, a body or instructions. */
export interface AuditEventBase {
  /** Id of the request, the same as in the header `X-Request-Id`. */
  readonly requestId: string;
  /** HTTP status of the response. */
  readonly status: number;
  /** Time from receiving the request to having the response ready, in milliseconds. */
  readonly durationMs: number;
  /** The client's IPv4 address or IPv6 /64, or `unknown` if the adapter passed none. */
  readonly address: string;
  /** HMAC of the principal's id, if `safetyIdentifierKey` is set and `authorize` returned a principal. */
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
  /** With `rate_limited`, whose limit was reached. */
  readonly limit: 'principal' | 'address' | undefined;
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
  /** Models and fields of the session that the provider shuts down on an announced date: after the date, the likely reason. */
  readonly shutdowns: readonly SessionShutdown[];
  /** The upstream's own error code, such as `invalid_value`. */
  readonly upstreamCode: string | undefined;
  /** The parameter that the upstream rejected. */
  readonly upstreamParam: string | undefined;
  /**
   * The error that your hook or `fetch` threw. Not enumerable, so that printing or serializing the event leaves it out: it is
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

/** The parts of an upstream response that are safe to log. */
export interface UpstreamSummary {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly code: string | undefined;
  /** Path of the parameter that the upstream rejected. */
  readonly param: string | undefined;
}

/** Collected for the audit event while a request is handled. */
export interface AuditContext {
  readonly requestId: string;
  readonly startedMs: number;
  /** Rate limit key of the client's address. */
  readonly address: string;
  /** HMAC of the principal's id. */
  principal: string | undefined;
  limiterFailures: number;
  /** What the provider announced to shut down, of the session to mint. */
  shutdowns: readonly SessionShutdown[];
  /** Number of calls to the upstream. */
  attempts: number;
  /** The last upstream response. */
  upstream: UpstreamSummary | undefined;
}

export function auditEventBase(audit: AuditContext, status: number, nowMs: number): AuditEventBase {
  const { requestId, startedMs, address, principal, limiterFailures, attempts, upstream } = audit;
  return {
    requestId,
    status,
    durationMs: Math.max(0, nowMs - startedMs),
    address,
    principal,
    limiterFailures,
    attempts,
    upstreamStatus: upstream?.status,
    upstreamRequestId: upstream?.requestId,
  };
}

/** A request that did not succeed. */
export interface ProblemInput {
  readonly audit: AuditContext;
  readonly error: ProblemError;
  /** For the owner of the server. */
  readonly remedy: string;
  readonly nowMs: number;
}

/** The event of a request that was refused, failed or was aborted by the client. */
export function problemEvent({ audit, error, remedy, nowMs }: ProblemInput): AuditEvent {
  const { code, detail } = error;
  const base = auditEventBase(audit, problemStatus[code], nowMs);
  if (code === 'client_closed_request') return { ...base, type: 'aborted' };
  if (base.status < 500) {
    const path = detail.path === undefined ? undefined : scrub(detail.path);
    return { ...base, type: 'refused', code, path, limit: detail.limit?.subject, remedy };
  }
  const event: AuditEvent = {
    ...base,
    type: 'failed',
    code,
    remedy,
    shutdowns: audit.shutdowns,
    upstreamCode: audit.upstream?.code,
    upstreamParam: audit.upstream?.param,
  };
  return detail.cause === undefined ? event : Object.defineProperty(event, 'cause', { value: detail.cause });
}

/** Calls `onEvent` without waiting for it. Errors and rejections of the listener must not affect the response or the call. */
export function emitEvent<E>({ onEvent }: { readonly onEvent: (event: E) => unknown }, event: E): void {
  try {
    Promise.resolve(onEvent(event)).catch(() => undefined);
  } catch {
    // The response is ready already.
  }
}

/** Returns the hash of a principal's id, or nothing without a key. */
export type HashPrincipal = (principalId: string) => Promise<string | undefined>;

/**
 * Creates the function that turns a principal's id into an identifier that may leave the server: HMAC-SHA-256 under the owner's
 * key, as 64 hex digits. The same user always gets the same identifier, and only the owner of the key can reverse it.
 */
export function createPrincipalHash(key: string | undefined): HashPrincipal {
  if (key === undefined) return () => Promise.resolve(undefined);
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  let imported: Promise<CryptoKey> | undefined;
  return async (principalId) => {
    imported ??= crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign']);
    const digest = await crypto.subtle.sign('HMAC', await imported, encoder.encode(principalId));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
}
