import type { RequestHandler } from '../request-handler.ts';
import { createNodeResponder, sendResponse } from './node-exchange.ts';
import type { NodeMessage, NodeResponse } from './node-exchange.ts';
import type { AdapterOptions } from './web.ts';

/** Options of {@link toNodeHandler}. */
export type NodeHandlerOptions = AdapterOptions;

/** A handler for the servers of `node:http`, `node:https` and `node:http2`, and for everything else that calls `(req, res)`. */
export type NodeHandler = (message: NodeMessage, response: NodeResponse) => void;

/**
 * Adapts a handler to Node's `(req, res)`. Behaves the same with and without a body parser in front of it.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * createServer(toNodeHandler(handler)).listen(3000);
 * ```
 */
export function toNodeHandler(handler: RequestHandler, options: NodeHandlerOptions = {}): NodeHandler {
  const respond = createNodeResponder(handler, options);
  return (message, response) => {
    void respond({ message, response }).then((data) => sendResponse(response, data));
  };
}
