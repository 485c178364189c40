import { startRouteCalls } from './route-calls.ts';
import type { CallSource } from './realtime-connection.ts';

/** What headers are needed for. */
export interface CallRouteRequest {
  /** `POST` creates a call. `PUT` keeps it alive. */
  readonly method: 'POST' | 'PUT';
  /** 2 when the route answered the first attempt with 401, so that an expired access token can be replaced. */
  readonly attempt: 1 | 2;
}

/** How {@link callRoute} calls the route. Each option is read when it is needed. */
export interface CallRouteOptions {
  /**
   * Headers to add, or a function that is called before every request that creates a call or keeps it alive, and once more
   * after a 401. The request that ends a call uses the last ones again, because a page that is left cannot wait. Default none.
   */
  readonly headers?:
    HeadersInit | ((request: CallRouteRequest) => HeadersInit | Promise<HeadersInit>) | undefined;
  /** Whether cookies are sent. Default `same-origin`; `include` for a route on another origin. */
  readonly credentials?: RequestCredentials | undefined;
  /**
   * What the page asks for, such as `{ audio: { output: { voice: 'marin' } } }`, or a function that returns it for each call.
   * The route decides what a page may set. Default nothing.
   */
  readonly session?: object | (() => object | undefined) | undefined;
  /** A `fetch` to use instead of the browser's. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

/** Where a connection gets its calls, created by {@link callRoute}. */
export interface CallRoute {
  /** The address of the route. */
  readonly url: string;
  /** The options it was created with. */
  readonly options: CallRouteOptions;
}

/**
 * Lets a connection get its calls from your call route, `createCallHandler()` of `@realtime-session/server/calls`, instead of
 * opening them with a token. The server creates each call and can end it: the connection then fails with `call-ended` and a
 * `reason`. It sends heartbeats, has `endsAtMs` and `budgetLeft` in its state, and hangs up through the route when it is
 * closed and when the page is left.
 *
 * @param url - The call route, absolute or relative to the page.
 * @param options - Headers, credentials, session parameters, a custom `fetch`.
 *
 * @example
 * ```ts
 * const connection = createRealtimeConnection(callRoute('/api/call'), { reconnectLimit: 8 });
 * ```
 */
export function callRoute(url: string, options: CallRouteOptions = {}): CallRoute {
  const route: CallRoute & CallSource = { url, options, startCalls: startRouteCalls };
  return route;
}
