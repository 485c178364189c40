import type { EphemeralToken, SessionInfo, TokenManager, TokenState } from '@realtime-session/core';

/** What a component can do with its session. Every function keeps its identity for the lifetime of its store. */
export type RealtimeSessionActions<Params = unknown, Session = SessionInfo> = Pick<
  TokenManager<Params, Session>,
  'getToken' | 'prefetch' | 'invalidate' | 'reset' | 'withToken' | 'toApiKey' | 'on'
>;

/** Adds an optional `error` to states without one, so that it can be destructured before `status` is checked. */
type WithError<State> = State extends { readonly error: unknown }
  ? State
  : State & {
      /** Nothing has failed. */
      readonly error?: undefined;
    };

/** The state of a session's token, a union on `status`, and the functions that act on it. */
export type UseRealtimeSessionResult<Params = unknown, Session = SessionInfo> = WithError<TokenState> &
  RealtimeSessionActions<Params, Session>;

/** What a selector receives: the result of `useRealtimeSession()`, and the token. */
export type SelectableSession<Params = unknown, Session = SessionInfo> = UseRealtimeSessionResult<
  Params,
  Session
> & {
  /** Returns the current token if it is usable, as `TokenManager.peek()` does. */
  readonly peek: () => EphemeralToken<Session> | undefined;
};

type On = TokenManager['on'];

/** The actions look up their manager at every call, because a store can replace it. */
export function createActions<Params, Session>(
  getManager: () => TokenManager<Params, Session>,
  on: On = (listener) => getManager().on(listener),
): RealtimeSessionActions<Params, Session> {
  return {
    getToken: (options) => getManager().getToken(options),
    prefetch: () => getManager().prefetch(),
    invalidate: (token) => getManager().invalidate(token),
    reset: (params) => getManager().reset(params),
    withToken: (use, options) => getManager().withToken(use, options),
    toApiKey: () => async () => (await getManager().getToken()).value,
    on,
  };
}
