import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { answerSafely } from './answer-safely.ts';
import { checkTrustProxy, clientAddress } from './client-address.ts';

/** What is needed of an event of h3 2. */
export interface H3EventLike {
  /** The web-standard request, with the address at the other end of the connection. */
  readonly req: Request & { readonly ip?: string | undefined };
}

/**
 * Adapts a session handler to h3 2. (For h3 1, use `toNodeHandler()` with `fromNodeMiddleware()`.)
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * app.all('/api/realtime-session', toH3Handler(handler));
 * ```
 */
export function toH3Handler(
  handler: SessionHandler,
  options: AdapterOptions = {},
): (event: H3EventLike) => Promise<Response> {
  const { trustProxy } = options;
  checkTrustProxy(trustProxy);
  return (event) =>
    answerSafely(handler, () => {
      const { req: request } = event;
      const forwarded = request.headers.get('x-forwarded-for');
      const address = clientAddress({ peer: request.ip, forwarded }, trustProxy);
      return { request, address, incoming: event };
    });
}
