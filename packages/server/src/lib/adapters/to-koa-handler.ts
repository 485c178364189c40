import type { SessionHandler } from '../handler/session-handler.ts';
import type { AdapterOptions } from './adapter-options.ts';
import { answerExchange } from './answer-exchange.ts';
import { checkTrustProxy } from './client-address.ts';
import type { NodeMessage, NodeResponse } from './node-message.ts';

/** What is needed of a Koa context. */
export interface KoaContextLike {
  /** Node's request. */
  readonly req: NodeMessage;
  /** Node's response. */
  readonly res: NodeResponse;
  /** The target before a mount cut a prefix off. */
  readonly originalUrl: string;
  /** Koa's request, where body parsers leave `rawBody` and `body`. */
  readonly request: object;
  /** Status of the answer. */
  status: number;
  /** Body of the answer. */
  body: unknown;
  /** Sets headers of the answer. */
  set(values: Record<string, string>): void;
}

/** A Koa middleware that answers every request it gets. */
export type KoaHandler = (context: KoaContextLike) => Promise<void>;

function parsedBody(request: { readonly rawBody?: unknown; readonly body?: unknown }): unknown {
  return request.rawBody ?? request.body;
}

/**
 * Adapts a session handler to Koa, with or without a body parser before it, under any mount.
 *
 * @param handler - Made by `createSessionHandler()`.
 * @param options - Which proxies to trust.
 * @throws TypeError When `trustProxy.hops` is not a whole number from 1.
 *
 * @example
 * ```ts
 * app.use(mount('/api/realtime-session', toKoaHandler(handler)));
 * ```
 */
export function toKoaHandler(handler: SessionHandler, options: AdapterOptions = {}): KoaHandler {
  const { trustProxy } = options;
  checkTrustProxy(trustProxy);
  return async (context) => {
    const { req: message, res: response, originalUrl, request } = context;
    const exchange = { message, response, originalUrl, body: parsedBody(request), incoming: context };
    const answer = await answerExchange(handler, exchange, trustProxy);
    context.body = answer.body ?? '';
    // After the body, which would set a type and a status of its own.
    context.status = answer.status;
    context.set(answer.headers);
  };
}
