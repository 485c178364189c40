import type { SessionHandler } from '../create-session-handler.ts';
import { createNodeResponder, sendResponse } from './node-exchange.ts';
import type { NodeMessage, NodeResponse } from './node-exchange.ts';
import type { AdapterOptions } from './web.ts';

/** A handler for `(req, res)` that resolves when the response was sent. Never rejects. */
export type AwaitableNodeHandler = (message: NodeMessage, response: NodeResponse) => Promise<void>;

/**
 * Adapts a session handler to an API route of Next's pages router, with its body parser on or off.
 *
 * @param handler - Created by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `trustProxy.hops` is not a whole number from 1.
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
  const respond = createNodeResponder(handler, options);
  return async (message, response) => sendResponse(response, await respond({ message, response }));
}
