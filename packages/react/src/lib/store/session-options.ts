import type { EndpointOptions, SessionInfo, TokenManagerOptions } from '@realtime-session/core';

/** What every way of naming a session shares: all options of the token manager but where tokens come from. */
export interface CommonSessionOptions<Params = unknown, Session = SessionInfo> extends Omit<
  TokenManagerOptions<Params, Session>,
  'fetchToken'
> {
  /**
   * Names the store, together with `params`: components with the same key and equal params share one token. Params are
   * compared as JSON, keys in any order, maps and sets by their members; objects that hide what they hold need a key of
   * their own. Default: `endpoint`; with `fetchToken`, the store is the component's own.
   */
  readonly key?: string | undefined;
}

/** Tokens from a mint route. */
export interface EndpointSessionOptions<Params = unknown, Session = SessionInfo> extends CommonSessionOptions<
  Params,
  Session
> {
  /** URL of the mint route, absolute or relative to the page. It is called with POST. */
  readonly endpoint: string;
  /** Headers to add, or a function called before every try. The latest one rendered is used. Default none. */
  readonly headers?: EndpointOptions<Params>['headers'];
  /** Whether cookies go along. Default `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
  /** Not together with `endpoint`. */
  readonly fetchToken?: undefined;
}

/** Tokens from a function of your own. */
export interface FetcherSessionOptions<Params = unknown, Session = SessionInfo>
  extends CommonSessionOptions<Params, Session>, Pick<TokenManagerOptions<Params, Session>, 'fetchToken'> {
  /** Not together with `fetchToken`. */
  readonly endpoint?: undefined;
}

/** How a session's tokens are fetched and kept: by `endpoint`, or by `fetchToken`. */
export type UseRealtimeSessionOptions<Params = unknown, Session = SessionInfo> =
  EndpointSessionOptions<Params, Session> | FetcherSessionOptions<Params, Session>;
