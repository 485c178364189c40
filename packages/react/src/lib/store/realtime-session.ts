import type { SessionInfo, TokenManager, TokenState } from '@realtime-session/core';

/** What a component can do. Every function keeps its identity for as long as its store lives. */
export type RealtimeSessionActions<Params = unknown, Session = SessionInfo> = Pick<
  TokenManager<Params, Session>,
  'getToken' | 'peek' | 'prefetch' | 'invalidate' | 'reset' | 'withToken' | 'toApiKey'
>;

/** A state that has no error says so, so that `error` can be destructured before `status` is looked at. */
type WithError<State> = State extends { readonly error: unknown }
  ? State
  : State & {
      /** Nothing has failed. */
      readonly error?: undefined;
    };

/** The state of a session's token, a union on `status`, and what can be done about it. */
export type UseRealtimeSessionResult<Params = unknown, Session = SessionInfo> = WithError<TokenState> &
  RealtimeSessionActions<Params, Session>;
