import { NodeRequest } from 'srvx/node';
import type { SessionHandler } from '../handler/session-handler.ts';
import { answerSafely } from './answer-safely.ts';
import { clientAddress } from './client-address.ts';
import type { TrustProxy } from './client-address.ts';
import { letRestPass } from './let-rest-pass.ts';
import type { NodeExchange, NodeMessage } from './node-message.ts';
import { restoreParsedBody } from './parsed-body.ts';

/** The target of a request that a mounted router may have shortened. */
function fullTarget({ message, originalUrl }: NodeExchange): string | undefined {
  if (originalUrl !== undefined) return originalUrl;
  return 'originalUrl' in message && typeof message.originalUrl === 'string'
    ? message.originalUrl
    : message.url;
}

function webRequest(exchange: NodeExchange): Request {
  const { message, response } = exchange;
  const { headers } = message;
  const target = fullTarget(exchange);
  if (target !== undefined) message.url = target;
  // HTTP/2 says it in other words (RFC 9113, 8.3.1).
  if (typeof headers[':authority'] === 'string') headers.host ??= headers[':authority'];
  return new NodeRequest({ req: message, res: response });
}

function addressOf(message: NodeMessage, trust: TrustProxy | undefined): string | undefined {
  const forwarded = [message.headers['x-forwarded-for'] ?? []].flat().join(',');
  return clientAddress({ peer: message.socket.remoteAddress, forwarded }, trust);
}

/**
 * Answers a Node request without sending the answer. Never rejects.
 *
 * @param handler - The mint route.
 * @param exchange - The request as the framework has it.
 * @param trust - Which proxies are trusted.
 */
export function answerExchange(
  handler: SessionHandler,
  exchange: NodeExchange,
  trust: TrustProxy | undefined,
): Promise<Response> {
  return answerSafely(handler, () => {
    letRestPass(exchange);
    restoreParsedBody(exchange.message, exchange.body);
    const { message, incoming = message } = exchange;
    return { request: webRequest(exchange), address: addressOf(message, trust), incoming };
  });
}
