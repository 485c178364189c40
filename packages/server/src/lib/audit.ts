import type { SessionShutdown } from '@realtime-session/protocol';
import type { AuditEvent, AuditEventBase } from './audit-events.ts';
import type { Rate } from './limit/limiter.ts';
import { problemStatus } from './problem.ts';
import { unknownModelRemedy } from './report-remedies.ts';
import { toRetryAfterMs } from './problem-document.ts';
import type { ProblemCode, ProblemError, ReachedLimit } from './problem.ts';
import { describeCause, redact, scrub, withCause } from './report-text.ts';
import { findSessionSecrets } from './session-secrets.ts';

/** The parts of an upstream response that are safe to log. */
export interface UpstreamSummary {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly code: string | undefined;
  /** Path of the parameter that the upstream rejected. */
  readonly param: string | undefined;
}

/** The steps of a request whose time is measured. */
export type TimedStep = 'authorize' | 'limiter' | 'upstream';

/** Collected for the audit event while a request is handled. */
export interface AuditContext {
  readonly requestId: string;
  readonly startedMs: number;
  /** The client's address, as far as events contain it. */
  readonly address: string | undefined;
  /** Time spent in each step so far, in milliseconds. */
  readonly spentMs: Partial<Record<TimedStep, number>>;
  /** HMAC of the principal's id. */
  principal: string | undefined;
  limiterFailures: number;
  /** What the provider announced to shut down, of the session to mint. */
  shutdowns: readonly SessionShutdown[];
  /** The owner's session of this request, whose private texts must not be in the text of an error. */
  session: unknown;
  /** Number of calls to the upstream. */
  attempts: number;
  /** The last upstream response. */
  upstream: UpstreamSummary | undefined;
}

/** What measures a step. */
export interface StepTimer {
  readonly audit: Pick<AuditContext, 'spentMs'>;
  readonly nowMs: () => number;
}

/** Adds the time that a step takes to the audit event, whether or not it succeeds. */
export async function measureStep<T>(
  { audit: { spentMs }, nowMs }: StepTimer,
  step: TimedStep,
  run: () => T | Promise<T>,
): Promise<T> {
  const startedMs = nowMs();
  try {
    return await run();
  } finally {
    spentMs[step] = (spentMs[step] ?? 0) + Math.max(0, nowMs() - startedMs);
  }
}

export function auditEventBase(audit: AuditContext, status: number, nowMs: number): AuditEventBase {
  const { requestId, startedMs, spentMs, address, principal, limiterFailures, attempts, upstream } = audit;
  return {
    requestId,
    atMs: nowMs,
    status,
    durationMs: Math.max(0, nowMs - startedMs),
    authorizeMs: spentMs.authorize,
    limiterMs: spentMs.limiter,
    upstreamMs: spentMs.upstream,
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
  /** For the owner of the server, by code. An error can have one of its own. */
  readonly remedies: Readonly<Record<ProblemCode, string>>;
  /** What must not be in the text of an error, in addition to what looks like a secret. */
  readonly knownSecrets: readonly string[];
  readonly nowMs: number;
}

function scrubOptional(text: string | undefined): string | undefined {
  return text === undefined ? undefined : scrub(text);
}

function toRate({ max, windowMs }: Partial<ReachedLimit> = {}): Rate | undefined {
  return max === undefined || windowMs === undefined ? undefined : { max, windowMs };
}

/** An error of other code can have an empty message, which is no remedy. */
function toRemedy({ error: { code, detail }, remedies, audit, nowMs }: ProblemInput): string {
  const shutdown = detail.unknown === 'model' ? unknownModelRemedy(audit.shutdowns, nowMs) : undefined;
  const own = redact(shutdown ?? detail.remedy ?? '');
  return own === '' ? remedies[code] : own;
}

/** The event of a request that was refused, failed or was aborted by the client. */
export function problemEvent(input: ProblemInput): AuditEvent {
  const { audit, error, knownSecrets, nowMs } = input;
  const { code, detail } = error;
  const base = auditEventBase(audit, problemStatus[code], nowMs);
  if (code === 'client_closed_request') return { ...base, type: 'aborted' };
  const answer = { code, remedy: toRemedy(input), retryAfterMs: toRetryAfterMs(error) };
  if (base.status < 500) {
    return {
      ...base,
      ...answer,
      type: 'refused',
      path: scrubOptional(detail.path),
      origin: scrubOptional(detail.origin),
      limit: detail.limit?.subject,
      rate: toRate(detail.limit),
    };
  }
  const { shutdowns, upstream } = audit;
  const event = {
    ...base,
    ...answer,
    type: 'failed',
    error: describeCause(detail.cause, [...knownSecrets, ...findSessionSecrets(audit.session)]),
    shutdowns,
    upstreamCode: upstream?.code,
    upstreamParam: upstream?.param,
  } as const;
  return withCause(event, detail.cause);
}

/** Calls `onEvent` without waiting for it. Errors and rejections of the listener must not affect the response or the call. */
export function emitEvent<E>({ onEvent }: { readonly onEvent: (event: E) => unknown }, event: E): void {
  try {
    Promise.resolve(onEvent(event)).catch(() => undefined);
  } catch {
    // The response is ready already.
  }
}
