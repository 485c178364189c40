import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { answerExchange } from './answer-exchange.ts';
import { checkTrustProxy } from './client-address.ts';
import type { NodeMessage, NodeResponse } from './node-message.ts';
import { sendAnswer } from './send-answer.ts';

/** What {@link toNodeHandler} can be told. */
export type NodeHandlerOptions = AdapterOptions;

/** A handler for the servers of `node:http`, `node:https` and `node:http2`, and for everything else that calls `(req, res)`. */
export type NodeHandler = (message: NodeMessage, response: NodeResponse) => void;

/** The same handler, which also tells when the answer was sent. Never rejects. */
export type AwaitableNodeHandler = (message: NodeMessage, response: NodeResponse) => Promise<void>;

/**
 * Adapts a session handler to `(req, res)` for callers that wait for the answer.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 */
export function toAwaitableNodeHandler(
  handler: SessionHandler,
  options: AdapterOptions = {},
): AwaitableNodeHandler {
  const { trustProxy } = options;
  checkTrustProxy(trustProxy);
  return async (message, response) => {
    const answer = await answerExchange(handler, { message, response }, trustProxy);
    await sendAnswer(response, answer);
  };
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
  const answer = toAwaitableNodeHandler(handler, options);
  return (message, response) => void answer(message, response);
}
