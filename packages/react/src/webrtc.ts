export type { ConnectionActions, UseRealtimeConnectionResult } from './lib/connection-store.ts';
export {
  useRealtimeConnection,
  type RealtimeConnectionSource,
  type RouteConnectionOptions,
} from './lib/use-realtime-connection.ts';
export {
  callRoute,
  ConnectionError,
  type AudioSource,
  type CallEndReason,
  type CallRoute,
  type CallRouteOptions,
  type CallRouteRequest,
  type ConnectionErrorCode,
  type ConnectionState,
  type ConnectionStatus,
  type LiveEventMap,
  type RealtimeConnectionOptions,
  type RealtimeEvent,
  type RealtimeEventMap,
} from '@realtime-session/webrtc';
