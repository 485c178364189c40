import { problemStatus } from '../errors/problem-code.ts';
import type { Refusal } from '../errors/refusal.ts';
import type { Served } from '../handler/serve-request.ts';
import type { AuditEvent, AuditEventBase } from './audit-event.ts';
import type { Trail } from './trail.ts';

/** What every event of this request says. */
export function eventBase(trail: Trail, status: number, nowMs: number): AuditEventBase {
  return {
    requestId: trail.requestId,
    status,
    durationMs: Math.max(0, nowMs - trail.startedMs),
    address: trail.address,
    principal: trail.principal,
    limiterFailures: trail.limiterFailures,
    attempts: trail.attempts,
    upstreamStatus: trail.upstream?.status,
    upstreamRequestId: trail.upstream?.requestId,
  };
}

/** The event of a token that was made. */
export function mintedEvent(base: AuditEventBase, { minted, plan }: Served): AuditEvent {
  return {
    ...base,
    type: 'minted',
    model: minted.answer.session.model ?? plan.model,
    expiresInSeconds: minted.expiresInSeconds,
    dropped: plan.dropped,
  };
}

/** The event of a request that was refused, failed, or was given up by the client. */
export function refusalEvent(base: AuditEventBase, refusal: Refusal, trail: Trail): AuditEvent {
  const { code, detail } = refusal;
  if (code === 'client_closed_request') return { ...base, type: 'aborted' };
  if (problemStatus[code] < 500) return { ...base, type: 'refused', code, path: detail.path };
  const event: AuditEvent = {
    ...base,
    type: 'failed',
    code,
    remedy: detail.remedy,
    upstreamCode: trail.upstream?.code,
    upstreamParam: trail.upstream?.param,
  };
  return detail.cause === undefined ? event : Object.defineProperty(event, 'cause', { value: detail.cause });
}
