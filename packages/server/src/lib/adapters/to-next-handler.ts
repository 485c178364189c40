import type { SessionHandler } from '../handler/session-handler.ts';
import { answerSafely } from './answer-safely.ts';
import { checkTrustProxy, clientAddress } from './client-address.ts';
import type { TrustedHops } from './client-address.ts';

/** What {@link toNextHandler} can be told. */
export interface NextHandlerOptions {
  /**
   * How many proxies stand before this server, for rate limits. Default: none, and all clients share one limit, because Next
   * tells a route handler nothing about the connection.
   */
  readonly trustProxy?: TrustedHops;
}

/**
 * Adapts a session handler to a route handler of Next's app router. Imports nothing of Node.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - How many proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * const route = toNextHandler(handler);
 * export { route as GET, route as POST, route as OPTIONS };
 * ```
 */
export function toNextHandler(
  handler: SessionHandler,
  options: NextHandlerOptions = {},
): (request: Request) => Promise<Response> {
  const { trustProxy } = options;
  checkTrustProxy(trustProxy);
  return (request) =>
    answerSafely(handler, () => {
      const forwarded = request.headers.get('x-forwarded-for');
      const address = clientAddress({ peer: undefined, forwarded }, trustProxy);
      return { request, address, incoming: request };
    });
}
