import { NodeRequest } from 'srvx/node';
import { toAnswer } from '../handler/answer.ts';
import type { Answer } from '../handler/answer.ts';
import { directAnswers } from '../handler/direct-answers.ts';
import type { Call } from '../handler/direct-answers.ts';
import type { SessionHandler } from '../handler/session-handler.ts';
import { bareAnswer } from './answer-safely.ts';
import { clientAddress } from './client-address.ts';
import type { TrustProxy } from './client-address.ts';
import { letRestPass } from './let-rest-pass.ts';
import { messageBytes } from './message-bytes.ts';
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

function readExchange(exchange: NodeExchange, trust: TrustProxy | undefined): Call {
  const { message, body, incoming = message } = exchange;
  letRestPass(exchange);
  restoreParsedBody(message, body);
  const request = webRequest(exchange);
  const readBytes = messageBytes(message, request);
  return { request, address: addressOf(message, trust), incoming, readBytes };
}

function answerCall(handler: SessionHandler, call: Call): Promise<Answer> {
  const directly = directAnswers(handler);
  if (directly !== undefined) return directly(call);
  const { request, address, incoming } = call;
  return handler(request, { address, incoming }).then(toAnswer);
}

/**
 * Answers a Node request without sending the answer. Never rejects: a request that cannot even be represented is a bare
 * 400, a handler that breaks its promise a bare 500.
 *
 * @param handler - The mint route.
 * @param exchange - The request as the framework has it.
 * @param trust - Which proxies are trusted.
 */
export async function answerExchange(
  handler: SessionHandler,
  exchange: NodeExchange,
  trust: TrustProxy | undefined,
): Promise<Answer> {
  let call: Call;
  try {
    call = readExchange(exchange, trust);
  } catch {
    return bareAnswer(400);
  }
  try {
    return await answerCall(handler, call);
  } catch {
    return bareAnswer(500);
  }
}
