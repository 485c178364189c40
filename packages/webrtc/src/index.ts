export { callRoute, type CallRoute, type CallRouteOptions, type CallRouteRequest } from './call-route.ts';
export {
  ConnectionError,
  type CallEndReason,
  type ConnectionErrorCode,
  type ConnectionErrorInit,
} from './connection-error.ts';
export type { LiveEventMap, LiveSessionInfo, LiveUsage } from './live-event.ts';
export { createRealtimeConnection } from './create-realtime-connection.ts';
export type { ConnectionPlatform, PlaybackElement } from './platform.ts';
export type {
  AudioSource,
  ConnectedState,
  ConnectionState,
  ConnectionStatus,
  ConnectionToken,
  ConnectOptions,
  ExchangeAnswer,
  ExchangeInit,
  RealtimeConnection,
  RealtimeConnectionOptions,
  TokenSource,
} from './realtime-connection.ts';
export type {
  ConversationItem,
  ConversationItemContent,
  OnRealtimeEvent,
  RealtimeErrorDetails,
  RealtimeEvent,
  RealtimeEventMap,
  RealtimeEventOf,
  RealtimeRateLimit,
  RealtimeResponse,
  RealtimeResponseUsage,
} from './realtime-event.ts';
