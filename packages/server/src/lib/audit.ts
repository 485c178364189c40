import { problemStatus } from './problem.ts';
import type { ProblemCode, ProblemError } from './problem.ts';

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
  /** Model of the session, as the upstream reports it. */
  readonly model: string | undefined;
  /** Lifetime of the token in seconds, the same as `expires_in` in the response. */
  readonly expiresInSeconds: number;
  /** Paths of session parameters that the upstream's call does not support, such as `temperature`. */
  readonly dropped: readonly string[];
}

/** The request was refused for a reason the caller can fix (4xx). */
export interface RefusedEvent extends AuditEventBase {
  /** Always `refused`. */
  readonly type: 'refused';
  /** The reason. */
  readonly code: ProblemCode;
  /** Dotted path of the invalid field. */
  readonly path: string | undefined;
}

/** The request failed for a reason the server's owner can fix (5xx). */
export interface FailedEvent extends AuditEventBase {
  /** Always `failed`. */
  readonly type: 'failed';
  /** The reason. */
  readonly code: ProblemCode;
  /** One sentence that explains how to fix it. */
  readonly remedy: string | undefined;
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
}

/** Exactly one per request, whatever its outcome. */
export type AuditEvent = MintedEvent | RefusedEvent | FailedEvent | AbortedEvent | PreflightEvent;

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

/** The event of a request that was refused, failed or was aborted by the client. */
export function problemEvent(audit: AuditContext, error: ProblemError, nowMs: number): AuditEvent {
  const { code, detail } = error;
  const base = auditEventBase(audit, problemStatus[code], nowMs);
  if (code === 'client_closed_request') return { ...base, type: 'aborted' };
  if (base.status < 500) return { ...base, type: 'refused', code, path: detail.path };
  const event: AuditEvent = {
    ...base,
    type: 'failed',
    code,
    remedy: detail.remedy,
    upstreamCode: audit.upstream?.code,
    upstreamParam: audit.upstream?.param,
  };
  return detail.cause === undefined ? event : Object.defineProperty(event, 'cause', { value: detail.cause });
}

/** Calls `onEvent` without waiting for it. Errors and rejections of the listener must not affect the response. */
export function emitEvent(onEvent: ((event: AuditEvent) => unknown) | undefined, event: AuditEvent): void {
  try {
    Promise.resolve(onEvent?.(event)).catch(() => undefined);
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
