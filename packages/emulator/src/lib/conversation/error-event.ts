import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { ServerEvent } from './server-event.ts';

/**
 * The `error` event: the connection stays open after it.
 *
 * @param detail - What is wrong; the type is `invalid_request_error` unless named.
 * @param clientEventId - `event_id` of the client event at fault, if it had one.
 */
export function errorEvent(detail: ApiErrorDetail, clientEventId?: string): ServerEvent {
  const { message = '', type = 'invalid_request_error', code = null, param = null } = detail;
  return { type: 'error', error: { type, code, message, param, event_id: clientEventId ?? null } };
}
