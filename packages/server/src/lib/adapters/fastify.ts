import type { RequestHandler } from '../request-handler.ts';
import { createNodeResponder } from './node-exchange.ts';
import type { NodeMessage, NodeResponse } from './node-exchange.ts';
import type { AdapterOptions } from './web.ts';

/** The part of a Fastify request that is used. */
export interface FastifyRequestLike {
  /** Node's request. */
  readonly raw: NodeMessage;
  /** The result of Fastify's content type parser. */
  readonly body?: unknown;
}

/** The part of a Fastify reply that is used. */
export interface FastifyReplyLike {
  /** Node's response. */
  readonly raw: NodeResponse;
  /** Sets the status. */
  code(status: number): unknown;
  /** Sets headers. */
  headers(values: Record<string, string | string[]>): unknown;
  /** Sends the response through Fastify's hooks. */
  send(payload: string): unknown;
}

/** A Fastify route handler. */
export type FastifyHandler = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>;

/**
 * Adapts a handler to a Fastify 5 route. The response goes through Fastify's own hooks. Fastify itself refuses content types that it has
 * no parser for; for offers as `application/sdp`, use `toFastifyPlugin()`.
 *
 * @param handler - Created by `createSessionHandler()` or `createCallHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 *
 * @example
 * ```ts
 * app.all('/api/realtime-session', toFastifyHandler(handler));
 * ```
 */
export function toFastifyHandler(handler: RequestHandler, options: AdapterOptions = {}): FastifyHandler {
  const respond = createNodeResponder(handler, options);
  return async (incoming, reply) => {
    const { raw: message, body } = incoming;
    const data = await respond({ message, response: reply.raw, body, incoming });
    reply.code(data.status);
    reply.headers(data.headers);
    return reply.send(data.body);
  };
}
