import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { toNodeHandler } from './to-node-handler.ts';
import type { NodeHandler } from './to-node-handler.ts';

/**
 * Adapts a session handler to Express 4 and 5, before or after `express.json()`, under any mount.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * app.use('/api/realtime-session', toExpressHandler(handler));
 * ```
 */
export function toExpressHandler(handler: SessionHandler, options: AdapterOptions = {}): NodeHandler {
  return toNodeHandler(handler, options);
}
