import type { RequestHandler } from '../request-handler.ts';
import { createWebResponder } from './web.ts';
import type { AdapterOptions } from './web.ts';

/** The part of an h3 2 event that is used. */
export interface H3EventLike {
  /** The web-standard request, with the address at the other end of the connection. */
  readonly req: Request & { readonly ip?: string | undefined };
}

/**
 * Adapts a handler to h3 2. (For h3 1, use `toNodeHandler()` with `fromNodeMiddleware()`.)
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * app.all('/api/realtime-session', toH3Handler(handler));
 * ```
 */
export function toH3Handler(
  handler: RequestHandler,
  options: AdapterOptions = {},
): (event: H3EventLike) => Promise<Response> {
  const respond = createWebResponder(handler, options);
  return (event) => respond(() => ({ request: event.req, peer: event.req.ip, incoming: event }));
}
