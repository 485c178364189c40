import type { RequestHandler } from '../request-handler.ts';
import { createNodeResponder, sendResponse } from './node-exchange.ts';
import type { NodeMessage, NodeResponse } from './node-exchange.ts';
import type { AdapterOptions } from './web.ts';

/** A handler for `(req, res)` that resolves when the response was sent. Never rejects. */
export type AwaitableNodeHandler = (message: NodeMessage, response: NodeResponse) => Promise<void>;

/**
 * Adapts a handler to an API route of Next's pages router, with its body parser on or off.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * export default toNextPagesHandler(handler);
 * ```
 */
export function toNextPagesHandler(
  handler: RequestHandler,
  options: AdapterOptions = {},
): AwaitableNodeHandler {
  const respond = createNodeResponder(handler, options);
  return async (message, response) => {
    const data = await respond({ message, response });
    if (response.destroyed) return;
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    sendResponse(response, data);
    await closed;
  };
}
