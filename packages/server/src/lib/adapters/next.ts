import type { TrustedHops } from '../address.ts';
import type { RequestHandler } from '../request-handler.ts';
import { createWebResponder } from './web.ts';

/** Options of {@link toNextHandler}. */
export interface NextHandlerOptions {
  /**
   * The number of proxies in front of this server, for rate limits. Default: none, and all clients share one limit, because Next
   * gives a route handler no information about the connection.
   */
  readonly trustProxy?: TrustedHops;
}

/**
 * Adapts a handler to a route handler of Next's app router. Does not import anything from Node.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - How many proxies to trust.
 * @throws TypeError If `trustProxy` is not a number of proxies, from 1.
 *
 * @example
 * ```ts
 * const route = toNextHandler(handler);
 * export { route as GET, route as POST, route as OPTIONS };
 * ```
 */
export function toNextHandler(
  handler: RequestHandler,
  options: NextHandlerOptions = {},
): (request: Request) => Promise<Response> {
  const respond = createWebResponder(handler, options, 'unknown');
  return (request) => respond(() => ({ request, peer: undefined, incoming: request }));
}
