import type { RefreshReason } from '../state/token-event.ts';

/** The argument of a token fetcher. */
export interface TokenRequest<Params = unknown> {
  /** The manager's current `params`. */
  readonly params: Params;
  /** Why the token is fetched. */
  readonly reason: RefreshReason;
  /** 1 for the first attempt since the last success. */
  readonly attempt: number;
  /** Aborted when no caller waits any longer, after `timeoutMs`, on `reset()` and on `dispose()`. Pass it to `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * Gets a token. May return the mint route's parsed JSON, a `Response` from `fetch`, or a bare string. Throw a
 * `TokenError` to mark a failure as fatal.
 */
export type TokenFetcher<Params = unknown> = (request: TokenRequest<Params>) => unknown;

/** The part of `fetch` that this package uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

/** A value, or a function that returns it for each attempt, synchronously or asynchronously. */
type PerAttempt<T, Params> = T | ((request: TokenRequest<Params>) => T | Promise<T>);

/** How {@link endpoint} calls the mint route. */
export interface EndpointOptions<Params = unknown> {
  /** Headers to add, or a function called before every attempt, for a session token that changes. Default none. */
  readonly headers?: PerAttempt<HeadersInit, Params> | undefined;
  /** Whether cookies are sent. Default `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
  /** The JSON request body, or a function that returns it. Default: the manager's `params`, or `{}`. */
  readonly body?: ((request: TokenRequest<Params>) => unknown) | object | undefined;
  /** A `fetch` to use instead of the runtime's. */
  readonly fetch?: FetchLike | undefined;
}

/**
 * Creates a fetcher that POSTs JSON to your mint route. It returns the `Response`, from which the manager reads the status,
 * `Retry-After`, `Date` and the body.
 *
 * @param url - The mint route, absolute or relative to the page.
 * @param options - Headers, credentials, body, a custom `fetch`.
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
    const added = new Headers(await resolveOption(options.headers, request));
    added.forEach((value, name) => headers.set(name, value));
    const body = await resolveOption<unknown, Params>(options.body ?? request.params ?? {}, request);
    // The global is looked up at every call, so that instrumentation installed later is used.
    const post = options.fetch ?? fetch;
    const init: RequestInit = {
      method: 'POST',
      headers,
      body: JSON.stringify(body ?? {}),
      credentials: options.credentials ?? 'same-origin',
      cache: 'no-store',
      signal: request.signal,
    };
    try {
      return await post(url, init);
    } catch (thrown) {
      throw toNetworkFailure(thrown, url);
    }
  };
}

/** Marks the error of a `fetch` that rejected: what it means is known from where it happened. */
export function toNetworkFailure(cause: unknown, url?: string): Error {
  return Object.assign(new Error('fetch() rejected', { cause }), { code: 'ERR_NETWORK', url });
}

/**
 * Creates a fetcher that always returns the same token, for tests and server rendering.
 *
 * @param token - Anything that `parse` reads: a bare string, or a mint route's response.
 */
export function literal(token: unknown): TokenFetcher {
  return () => token;
}

function resolveOption<T, Params>(
  option: PerAttempt<T, Params>,
  request: TokenRequest<Params>,
): T | Promise<T> {
  // `T` is never a function here, which the compiler cannot know.
  return typeof option === 'function'
    ? (option as (request: TokenRequest<Params>) => T | Promise<T>)(request)
    : option;
}
