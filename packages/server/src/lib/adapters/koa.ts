import type { RequestHandler } from '../request-handler.ts';
import { createNodeResponder } from './node-exchange.ts';
import type { NodeMessage, NodeResponse } from './node-exchange.ts';
import type { AdapterOptions } from './web.ts';

/** The part of a Koa context that is used. */
export interface KoaContextLike {
  /** Node's request. */
  readonly req: NodeMessage;
  /** Node's response. */
  readonly res: NodeResponse;
  /** The request target before a mount removed its prefix. */
  readonly originalUrl: string;
  /** Koa's request, to which body parsers add `rawBody` and `body`. */
  readonly request: object;
  /** Status of the response. */
  status: number;
  /** Body of the response. */
  body: unknown;
  /** Sets headers of the response. */
  set(values: Record<string, string | string[]>): void;
}

/** A Koa middleware that responds to every request. */
export type KoaHandler = (context: KoaContextLike) => Promise<void>;

/**
 * Adapts a handler to Koa, with or without a body parser in front of it, under any mount path.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * app.use(mount('/api/realtime-session', toKoaHandler(handler)));
 * ```
 */
export function toKoaHandler(handler: RequestHandler, options: AdapterOptions = {}): KoaHandler {
  const respond = createNodeResponder(handler, options);
  return async (incoming) => {
    const { req: message, res: response, originalUrl } = incoming;
    const request: { readonly rawBody?: unknown; readonly body?: unknown } = incoming.request;
    const body = request.rawBody ?? request.body;
    const data = await respond({ message, response, originalUrl, body, incoming });
    incoming.body = data.body;
    // After the body, because setting the body sets a type and a status.
    incoming.status = data.status;
    incoming.set(data.headers);
  };
}
