import type { SessionHandler } from '../create-session-handler.ts';
import { toNodeHandler } from './node.ts';
import type { NodeHandler } from './node.ts';
import type { AdapterOptions } from './web.ts';

/**
 * Adapts a session handler to Express 4 and 5, before or after `express.json()`, under any mount path.
 *
 * @param handler - Created by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * app.use('/api/realtime-session', toExpressHandler(handler));
 * ```
 */
export function toExpressHandler(handler: SessionHandler, options: AdapterOptions = {}): NodeHandler {
  return toNodeHandler(handler, options);
}
