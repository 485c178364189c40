import type { RequestHandler } from '../request-handler.ts';
import { toNodeHandler } from './node.ts';
import type { NodeHandler } from './node.ts';
import type { AdapterOptions } from './web.ts';

/**
 * Adapts a handler to Express 4 and 5, before or after `express.json()`, under any mount path.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * app.use('/api/realtime-session', toExpressHandler(handler));
 * ```
 */
export function toExpressHandler(handler: RequestHandler, options: AdapterOptions = {}): NodeHandler {
  return toNodeHandler(handler, options);
}
