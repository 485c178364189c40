import type { LiveSession } from '@realtime-session/protocol';
import type { ServerEvent } from '../realtime/events.ts';
import { isRecord } from '../shared/json.ts';

type DataChannel = NonNullable<LiveSession['client']>['data_channel'];

/** What the page can send and receive. It does not affect sidebands. */
export interface EventFilter {
  readonly kind: 'open' | 'restricted';
  allowsClientEvent(type: string): boolean;
  allowsServerEvent(event: ServerEvent): boolean;
}

export function createEventFilter(dataChannel: DataChannel | undefined): EventFilter {
  const { allowed_client_events: client = 'all', allowed_server_events: server = 'all' } = dataChannel ?? {};
  return {
    kind: dataChannel === undefined ? 'open' : 'restricted',
    allowsClientEvent: (type) => client === 'all' || client.includes(type),
    allowsServerEvent: (event) =>
      server === 'all' ||
      server.some(
        ({ type, response_event }) =>
          type === event.type && (response_event === undefined || response_event === getNestedType(event)),
      ),
  };
}

/** The type of the event that a `response.event` carries. */
function getNestedType({ event }: ServerEvent): unknown {
  return isRecord(event) ? event['type'] : undefined;
}
