import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { FaultEffect } from '../faults/apply-fault.ts';
import type { HttpResponse } from '../http/response.ts';
import { isRecord } from '../shared/json.ts';

/** What becomes of a `session.close`. */
export type CloseDecision =
  | {
      readonly kind: 'refused';
      readonly error: ApiErrorDetail | undefined;
      readonly connection: 'kept' | 'broken';
    }
  | { readonly kind: 'expired' }
  | CloseRequest;

/** How a session closes. */
export interface CloseRequest {
  readonly kind: 'close';
  /** Additional delay, in milliseconds. */
  readonly lateMs: number;
  /** Whether `session.closed` is sent. */
  readonly closedEvent: 'sent' | 'lost';
  /** An error that is sent although the session closes. */
  readonly error: ApiErrorDetail | undefined;
  readonly connection: 'kept' | 'broken';
}

const REGULAR: CloseRequest = {
  kind: 'close',
  lateMs: 0,
  closedEvent: 'sent',
  error: undefined,
  connection: 'kept',
};

/** Applies a fault of the target `hangup` to `session.close`, which is how a server ends a Live session. */
export function decideClose(effect: FaultEffect): CloseDecision {
  switch (effect.kind) {
    case 'respond':
      return { kind: 'refused', ...toAnswer(effect.response) };
    case 'processed':
      // Without a response, the event that confirms the end is lost.
      return effect.response === undefined
        ? { ...REGULAR, closedEvent: 'lost' }
        : { ...REGULAR, ...toAnswer(effect.response) };
    case 'late':
      return { ...REGULAR, lateMs: effect.ms };
    case 'expire':
      return { kind: 'expired' };
    default:
      return REGULAR;
  }
}

/** An HTTP response as an event: an error, or a connection that breaks. */
function toAnswer({ body, delivery = 'complete' }: HttpResponse): Pick<CloseRequest, 'error' | 'connection'> {
  if (delivery !== 'complete') return { error: undefined, connection: 'broken' };
  const error = isRecord(body) ? body['error'] : undefined;
  return { error: isRecord(error) ? toDetail(error) : {}, connection: 'kept' };
}

function toDetail(error: Readonly<Record<string, unknown>>): ApiErrorDetail {
  const texts = Object.entries(error).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts);
}
