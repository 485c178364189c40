import { defaultFetch, type FetchLike } from '../environment/default-fetch.ts';
import type { TokenFetcher, TokenRequest } from './token-fetcher.ts';

/** A value, or a function that gives it anew for every try, at once or later. */
type PerTry<T, Params> = T | ((request: TokenRequest<Params>) => T | Promise<T>);

/** How {@link endpoint} calls the mint route. */
export interface EndpointOptions<Params = unknown> {
  /** Headers to add, or a function called before every try, for a session token that changes. Default none. */
  readonly headers?: PerTry<HeadersInit, Params> | undefined;
  /** Whether cookies go along. Default `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
  /** What is posted as JSON, or a function of the request. Default: the manager's `params`, or `{}`. */
  readonly body?: ((request: TokenRequest<Params>) => unknown) | object | undefined;
  /** A `fetch` to use instead of the runtime's. */
  readonly fetch?: FetchLike | undefined;
}

/**
 * A fetcher that POSTs JSON to your mint route and hands the `Response` to the manager, which reads its status, its
 * `Retry-After`, its `Date` and its body.
 *
 * @param url - The mint route, absolute or relative to the page.
 * @param options - Headers, credentials, body, another `fetch`.
 *
 * @example
 * ```ts
 * const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
 * ```
 */
export function endpoint<Params = unknown>(
  url: string,
  options: EndpointOptions<Params> = {},
): TokenFetcher<Params> {
  return async (request) => {
    const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' });
    new Headers(await perTry(options.headers, request)).forEach((value, name) => headers.set(name, value));
    const body = await perTry<unknown, Params>(options.body ?? request.params ?? {}, request);
    return (options.fetch ?? defaultFetch)(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body ?? {}),
      credentials: options.credentials ?? 'same-origin',
      cache: 'no-store',
      signal: request.signal,
    });
  };
}

function perTry<T, Params>(option: PerTry<T, Params>, request: TokenRequest<Params>): T | Promise<T> {
  // `T` is never a function here, which the compiler cannot know.
  return typeof option === 'function'
    ? (option as (request: TokenRequest<Params>) => T | Promise<T>)(request)
    : option;
}
