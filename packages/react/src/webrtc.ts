export {
  useRealtimeConnection,
  type ConnectionActions,
  type UseRealtimeConnectionResult,
} from './lib/use-realtime-connection.ts';
export {
  ConnectionError,
  type AudioSource,
  type ConnectionErrorCode,
  type ConnectionState,
  type ConnectionStatus,
  type RealtimeConnectionOptions,
  type RealtimeEvent,
} from '@realtime-session/webrtc';
