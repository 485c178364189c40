import {
  endpoint,
  type EndpointOptions,
  type SessionInfo,
  type TokenFetcher,
  type TokenManager,
  type TokenManagerOptions,
  type TokenParser,
} from '@realtime-session/core';

/** Options that `endpoint` and `fetchToken` sessions share: those of the token manager, except the fetcher. */
export interface CommonSessionOptions<Params = unknown, Session = SessionInfo> extends Omit<
  TokenManagerOptions<Params, Session>,
  'fetchToken'
> {
  /**
   * Identifies the store, together with `endpoint` and `params`: components that agree in all of them share one token. **Put
   * the signed-in user's id here**, or into `params`, if users can change without a page load: then no user gets another
   * user's token. React's own `key` does not do that, because no hook can read it. Params are compared as JSON, with keys in any order, and maps and sets
   * by their members. Objects that JSON cannot show need different keys. Default: `endpoint` and `params` alone; with
   * `fetchToken`, each component has its own store.
   */
  readonly key?: string | undefined;
}

/**
 * Gets tokens from a mint route. The route knows the user by a cookie or a header, which the page's stores do not see: name
 * the user in `key` or `params` as well.
 */
export interface EndpointSessionOptions<Params = unknown, Session = SessionInfo> extends CommonSessionOptions<
  Params,
  Session
> {
  /** URL of the mint route, absolute or relative to the page. It is called with POST. */
  readonly endpoint: string;
  /** Headers to add, or a function that is called before every attempt. The last rendered value is used. Default none. */
  readonly headers?: EndpointOptions<Params>['headers'];
  /** Whether to send cookies. Default `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
  /** Cannot be combined with `endpoint`. */
  readonly fetchToken?: undefined;
}

/** Gets tokens from your own function. */
export interface FetcherSessionOptions<Params = unknown, Session = SessionInfo>
  extends CommonSessionOptions<Params, Session>, Pick<TokenManagerOptions<Params, Session>, 'fetchToken'> {
  /** Cannot be combined with `fetchToken`. */
  readonly endpoint?: undefined;
}

/** How to fetch and keep a session's tokens: with an `endpoint`, or with `fetchToken`. */
export type UseRealtimeSessionOptions<Params = unknown, Session = SessionInfo> =
  EndpointSessionOptions<Params, Session> | FetcherSessionOptions<Params, Session>;

/** What identifies a session: your own token manager, or options. */
export type RealtimeSessionSource<Params = unknown, Session = SessionInfo> =
  TokenManager<Params, Session> | UseRealtimeSessionOptions<Params, Session>;

export function isManager<Params, Session>(
  source: RealtimeSessionSource<Params, Session> | undefined,
): source is TokenManager<Params, Session> {
  return source !== undefined && 'keepFresh' in source;
}

/** Options for a token manager that always uses the latest fetcher, headers and callbacks. */
export function toManagerOptions<Params, Session>(
  getLatest: () => UseRealtimeSessionOptions<Params, Session>,
): TokenManagerOptions<Params, Session> {
  const first = getLatest();
  return {
    ...first,
    fetchToken: (request) => toFetcher(getLatest())(request),
    parse: toLatestParser(getLatest),
    retry: {
      ...first.retry,
      isFatal: (error) => getLatest().retry?.isFatal?.(error) ?? error.fatal,
    },
    onEvent: (event) => getLatest().onEvent?.(event),
  };
}

function toFetcher<Params, Session>(
  options: UseRealtimeSessionOptions<Params, Session>,
): TokenFetcher<Params> {
  return options.fetchToken ?? endpoint<Params>(options.endpoint, options);
}

/** A function is looked up at every call. A schema, or no parser, stays as it was first given. */
function toLatestParser<Params, Session>(
  getLatest: () => UseRealtimeSessionOptions<Params, Session>,
): TokenParser<Session> | undefined {
  const { parse } = getLatest();
  if (typeof parse !== 'function') return parse;
  return (raw) => {
    const latest = getLatest().parse;
    return (typeof latest === 'function' ? latest : parse)(raw);
  };
}
