export {
  createRealtimeSessionStore,
  realtimeSessionState,
  type RealtimeSessionStore,
} from './lib/create-realtime-session-store.ts';
export {
  RealtimeSessionProvider,
  type RealtimeSessionProviderProps,
} from './lib/realtime-session-provider.tsx';
export type {
  CommonSessionOptions,
  EndpointSessionOptions,
  FetcherSessionOptions,
  RealtimeSessionSource,
  UseRealtimeSessionOptions,
} from './lib/session-options.ts';
export type {
  RealtimeSessionActions,
  SelectableSession,
  UseRealtimeSessionResult,
} from './lib/session-result.ts';
export { useRealtimeSession } from './lib/use-realtime-session.ts';
export { useRealtimeToken } from './lib/use-realtime-token.ts';
export { useTokenRemaining } from './lib/use-token-remaining.ts';
