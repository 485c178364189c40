import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { RequestHandler } from '../request-handler.ts';
import { receiveNodeRequest } from './node-request.ts';
import { createDataResponder } from './web.ts';
import type { AdapterOptions, AdapterResponse } from './web.ts';

/** A request of `node:http`, `node:https` or `node:http2`. */
export type NodeMessage = IncomingMessage | Http2ServerRequest;

/** A response of `node:http`, `node:https` or `node:http2`. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** A request and its response, as a framework stores them. */
export interface NodeExchange {
  readonly message: NodeMessage;
  readonly response: NodeResponse;
  /** The target before the framework removed a prefix. Default: `originalUrl` of the message, else its `url`. */
  readonly originalUrl?: string | undefined;
  /** Passed to `authorize`. Default: the message. */
  readonly incoming?: unknown;
  /** The result of a body parser. Default: `body` of the message. */
  readonly body?: unknown;
}

/** The request that each connection is discarding. One listener per connection is enough, and it has many requests. */
const discarded = new WeakMap<NodeMessage['socket'], NodeMessage>();

function discardRest(message: NodeMessage, socket: NodeMessage['socket']): void {
  const isWatched = discarded.has(socket);
  discarded.set(socket, message);
  if (!isWatched) {
    socket.on('pause', () => {
      if (discarded.get(socket)?.complete === false) socket.resume();
    });
  }
  socket.resume();
}

/**
 * Discards the rest of a body once the response is sent. A body that is refused midway is cancelled, and Node then pauses the
 * connection at every further chunk, so that the next request on the connection would never arrive. HTTP/2 ends the stream instead.
 * A body that arrives too slowly (408) is not read on: the connection closes.
 */
function drainBody({ message, response }: NodeExchange): void {
  if (message.httpVersionMajor > 1) return;
  const { socket } = message;
  response.once('finish', () => {
    if (message.complete) return;
    if (response.statusCode === 408) socket.destroySoon();
    else discardRest(message, socket);
  });
}

/** Whether `close()` of the handler was called. A function around a handler has no state. */
function isStopping(handler: RequestHandler): boolean {
  return 'state' in handler && handler.state !== 'open';
}

/**
 * Creates a function that passes Node requests to a handler and returns the response data without sending it. Never rejects.
 *
 * @throws TypeError If `handler` is not a handler, or `trustProxy` does not name proxies.
 */
export function createNodeResponder(
  handler: RequestHandler,
  options: AdapterOptions,
): (exchange: NodeExchange) => Promise<AdapterResponse> {
  const respond = createDataResponder(handler, options);
  return async (exchange) => {
    const { message, incoming = message } = exchange;
    const peer = message.socket.remoteAddress;
    drainBody(exchange);
    const data = await respond(() => ({ ...receiveNodeRequest(exchange), peer, incoming }));
    // A body that did not arrive in time may still arrive. A connection to a server that stops must not be used again, or a proxy would
    // send its next request there. HTTP/2 has no such header.
    const isLast = data.status === 408 || isStopping(handler);
    if (!isLast || message.httpVersionMajor > 1) return data;
    return { ...data, headers: { ...data.headers, connection: 'close' } };
  };
}

/**
 * Sends a response. Never throws. Sets headers one by one, because sessions, compression and other middleware that wraps `writeHead()`
 * supports that and not always a list.
 */
export function sendResponse(target: NodeResponse, data: AdapterResponse): void {
  try {
    if (target.destroyed || target.writableEnded) return;
    target.statusCode = data.status;
    for (const [name, value] of Object.entries(data.headers)) target.setHeader(name, value);
    target.end(data.body);
  } catch {
    // Other code has started to respond.
    target.destroy();
  }
}
