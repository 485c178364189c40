export type { ConnectionActions, UseRealtimeConnectionResult } from './lib/connection/connection-view.ts';
export { useRealtimeConnection } from './lib/connection/use-realtime-connection.ts';
export {
  ConnectionError,
  type AudioSource,
  type ConnectionErrorCode,
  type ConnectionState,
  type ConnectionStatus,
  type RealtimeConnectionOptions,
  type RealtimeEvent,
} from '@realtime-session/webrtc';
