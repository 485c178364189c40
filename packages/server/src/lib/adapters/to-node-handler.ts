import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeRequest, sendNodeResponse } from 'srvx/node';
import type { SessionHandler } from '../handler/session-handler.ts';
import { clientAddress } from './client-address.ts';
import type { TrustProxy } from './client-address.ts';
import { restoreParsedBody } from './parsed-body.ts';

/** What {@link toNodeHandler} can be told. */
export interface NodeHandlerOptions {
  /** Proxies whose `X-Forwarded-For` names the client, for rate limits. Default: none, the header is ignored. */
  readonly trustProxy?: TrustProxy;
}

/** A handler for `http.createServer()`, `https.createServer()`, Express, Connect and everything else that calls `(req, res)`. */
export type NodeHandler = (message: IncomingMessage, response: ServerResponse) => void;

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'Cache-Control': 'no-store' }).end();
}

/**
 * Adapts a session handler to Node's `(req, res)`. Behaves the same whether or not a body parser ran before it.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * createServer(toNodeHandler(handler)).listen(3000);
 * ```
 */
export function toNodeHandler(handler: SessionHandler, options: NodeHandlerOptions = {}): NodeHandler {
  const { trustProxy } = options;
  if (
    typeof trustProxy === 'object' &&
    'hops' in trustProxy &&
    !(Number.isInteger(trustProxy.hops) && trustProxy.hops > 0)
  ) {
    throw new TypeError(
      'trustProxy.hops must be a whole number from 1: how many proxies stand before this server.',
    );
  }
  const answerMessage: (...args: Parameters<NodeHandler>) => Promise<void> = async (message, response) => {
    try {
      restoreParsedBody(message);
      const request = new NodeRequest({ req: message, res: response });
      const answer = await handler(request, { address: clientAddress(message, trustProxy) });
      await sendNodeResponse(response, answer);
    } catch {
      // A request the runtime cannot even represent, or a connection that broke while answering.
      fail(response);
    }
  };
  return (message, response) => void answerMessage(message, response);
}
