import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { ServerEvent } from '../realtime/events.ts';

/** Builds an `error` event of the Live API, which names the event of the client that caused it. */
export function liveErrorEvent(detail: ApiErrorDetail, clientEventId: string | undefined): ServerEvent {
  const { message = '', type = 'invalid_request_error', code = null, param } = detail;
  const cause = clientEventId === undefined ? {} : { client_event_id: clientEventId };
  return {
    type: 'error',
    error: { type, code, message, ...(param == null ? {} : { param }), ...cause },
    ...cause,
  };
}
