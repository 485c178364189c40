import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { answerExchange } from './answer-exchange.ts';
import { checkTrustProxy } from './client-address.ts';
import type { NodeMessage, NodeResponse } from './node-message.ts';

/** What is needed of a Fastify request. */
export interface FastifyRequestLike {
  /** Node's request. */
  readonly raw: NodeMessage;
  /** What Fastify's content type parser made of the body. */
  readonly body?: unknown;
}

/** What is needed of a Fastify reply. */
export interface FastifyReplyLike {
  /** Node's response. */
  readonly raw: NodeResponse;
  /** Sets the status. */
  code(status: number): unknown;
  /** Sets headers. */
  headers(values: Record<string, string>): unknown;
  /** Sends the answer through Fastify's hooks. */
  send(payload: string): unknown;
}

/** A Fastify route handler. */
export type FastifyHandler = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>;

/**
 * Adapts a session handler to a Fastify 5 route. The answer goes through Fastify's own hooks.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * app.all('/api/realtime-session', toFastifyHandler(handler));
 * ```
 */
export function toFastifyHandler(handler: SessionHandler, options: AdapterOptions = {}): FastifyHandler {
  const { trustProxy } = options;
  checkTrustProxy(trustProxy);
  return async (request, reply) => {
    const exchange = { message: request.raw, response: reply.raw, body: request.body, incoming: request };
    const answer = await answerExchange(handler, exchange, trustProxy);
    reply.code(answer.status);
    reply.headers(answer.headers);
    return reply.send(answer.body ?? '');
  };
}
