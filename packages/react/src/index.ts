export { useRealtimeSession } from './lib/hook/use-realtime-session.ts';
export type { RealtimeSessionSource } from './lib/hook/use-session-store.ts';
export { useTokenRemaining } from './lib/hook/use-token-remaining.ts';
export {
  RealtimeSessionProvider,
  type RealtimeSessionProviderProps,
} from './lib/provider/realtime-session-provider.tsx';
export {
  createRealtimeSessionStore,
  type RealtimeSessionStore,
} from './lib/store/create-realtime-session-store.ts';
export type { UseRealtimeSessionResult, RealtimeSessionActions } from './lib/store/realtime-session.ts';
export { realtimeSessionState } from './lib/store/realtime-session-state.ts';
export type {
  CommonSessionOptions,
  EndpointSessionOptions,
  FetcherSessionOptions,
  UseRealtimeSessionOptions,
} from './lib/store/session-options.ts';
