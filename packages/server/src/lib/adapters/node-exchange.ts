import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { NodeRequest } from 'srvx/node';
import type { RequestHandler } from '../request-handler.ts';
import { createWebResponder, readResponse } from './web.ts';
import type { AdapterOptions, ResponseData } from './web.ts';

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

/** The properties that body parsers add to a request. */
interface ParsedBody {
  /** An object, a string or the bytes. */
  body?: unknown;
  /** The bytes, which some platforms keep. */
  rawBody?: unknown;
}

function toBuffer(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The bytes of a body that was already read. The stream knows that; `body` does not, because Express 4 sets it to `{}` regardless. */
function parsedBytes(message: NodeMessage & ParsedBody, body: unknown): Buffer | undefined {
  if (message.rawBody instanceof Uint8Array) return toBuffer(message.rawBody);
  if (message.readableDidRead) return toBuffer(body);
  // A parser that reached the end without reading a single byte reports an empty body as `{}`.
  return message.readableEnded ? Buffer.alloc(0) : undefined;
}

/** Makes a body that a parser such as `express.json()` has read readable again: as `rawBody`, which `NodeRequest` reads. */
function restoreParsedBody(message: NodeMessage & ParsedBody, body: unknown = message.body): void {
  const bytes = parsedBytes(message, body);
  if (bytes !== undefined) message.rawBody = bytes;
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

/** The request target before a mounted router shortened it. */
function fullTarget({ message, originalUrl }: NodeExchange): string | undefined {
  if (originalUrl !== undefined) return originalUrl;
  return 'originalUrl' in message && typeof message.originalUrl === 'string'
    ? message.originalUrl
    : message.url;
}

/**
 * HTTP/2 sends the host as `:authority`. A `host` that differs from it is malformed (RFC 9113, 8.3.1).
 *
 * @throws TypeError If the two differ.
 */
function applyAuthority(headers: NodeMessage['headers']): void {
  const authority = headers[':authority'];
  if (typeof authority !== 'string') return;
  if (headers.host !== undefined && headers.host.toLowerCase() !== authority.toLowerCase())
    throw new TypeError('The headers :authority and host differ.');
  headers.host = authority;
}

function toWebRequest(exchange: NodeExchange): Request {
  const { message, response, body } = exchange;
  const { headers } = message;
  drainBody(exchange);
  restoreParsedBody(message, body);
  const target = fullTarget(exchange);
  if (target !== undefined) message.url = target;
  applyAuthority(headers);
  return new NodeRequest({ req: message, res: response });
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
): (exchange: NodeExchange) => Promise<ResponseData> {
  const respond = createWebResponder(handler, options);
  return async (exchange) => {
    const { message, incoming = message } = exchange;
    const peer = message.socket.remoteAddress;
    const data = await readResponse(
      await respond(() => ({ request: toWebRequest(exchange), peer, incoming })),
    );
    // A body that did not arrive in time may still arrive. A connection to a server that stops must not be used again, or a proxy would
    // send its next request there. HTTP/2 has no such header.
    const isLast = data.status === 408 || isStopping(handler);
    if (!isLast || message.httpVersionMajor > 1) return data;
    return { ...data, headers: { ...data.headers, connection: 'close' } };
  };
}

/**
 * Sends a response and resolves when it is closed. Never rejects. Sets headers one by one, because sessions, compression and
 * other middleware that wraps `writeHead()` supports that and not always a list.
 */
export async function sendResponse(target: NodeResponse, data: ResponseData): Promise<void> {
  try {
    if (target.destroyed || target.writableEnded) return;
    target.statusCode = data.status;
    for (const [name, value] of Object.entries(data.headers)) target.setHeader(name, value);
    const closed = new Promise<void>((resolve) => target.once('close', resolve));
    target.end(data.body);
    await closed;
  } catch {
    // Other code has started to respond.
    target.destroy();
  }
}
