import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { toAwaitableNodeHandler } from './to-node-handler.ts';
import type { AwaitableNodeHandler } from './to-node-handler.ts';

/**
 * Adapts a session handler to an API route of Next's pages router, with its body parser on or off.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * export default toNextPagesHandler(handler);
 * ```
 */
export function toNextPagesHandler(
  handler: SessionHandler,
  options: AdapterOptions = {},
): AwaitableNodeHandler {
  return toAwaitableNodeHandler(handler, options);
}
