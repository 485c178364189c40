export { ConnectionError, type ConnectionErrorCode, type ConnectionErrorInit } from './connection-error.ts';
export { createRealtimeConnection } from './create-realtime-connection.ts';
export type { ConnectionPlatform, PlaybackElement } from './platform.ts';
export type {
  AudioSource,
  ConnectedState,
  ConnectionState,
  ConnectionStatus,
  ConnectOptions,
  ExchangeInit,
  RealtimeConnection,
  RealtimeConnectionOptions,
  RealtimeEvent,
  TokenSource,
} from './realtime-connection.ts';
