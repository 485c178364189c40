export type { AudioSource } from './lib/audio/audio-source.ts';
export type { ConnectedState, ConnectionState, ConnectionStatus } from './lib/connection/connection-state.ts';
export { createRealtimeConnection } from './lib/connection/create-realtime-connection.ts';
export type {
  ConnectOptions,
  ExchangeInit,
  RealtimeConnection,
  RealtimeConnectionOptions,
  RealtimeEvent,
  TokenSource,
} from './lib/connection/realtime-connection.ts';
export {
  ConnectionError,
  type ConnectionErrorCode,
  type ConnectionErrorInit,
} from './lib/errors/connection-error.ts';
export type { ConnectionPlatform, PlaybackElement } from './lib/platform/platform.ts';
