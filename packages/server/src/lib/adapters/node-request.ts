import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { NodeRequest } from 'srvx/node';
import type { DisconnectSignal, ReceivedRequest } from '../received-request.ts';
import { BodyTooLargeError, readBytes } from '../request/body.ts';
import type { NodeExchange, NodeMessage } from './node-exchange.ts';

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

/** Refers to nothing of its request, so what keeps the signal does not keep the request. */
class Disconnect implements DisconnectSignal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

/** Follows the connection of a response, without the `AbortSignal` that is created only if a hook reads it. */
function watchDisconnect({ message, response }: NodeExchange): DisconnectSignal {
  const signal = new Disconnect();
  const onClose = (): void => {
    if (!response.writableEnded || message.errored) signal.abort();
  };
  response.once('close', onClose);
  if (response.destroyed || message.errored || (message.destroyed && !message.complete)) onClose();
  return signal;
}

/** Whether no other code has begun to read the body. */
function isUntouched({ readableFlowing, readableDidRead, destroyed }: NodeMessage): boolean {
  return readableFlowing === null && !readableDidRead && !destroyed;
}

function readStream(message: NodeMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.byteLength;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      settle();
      // Unlike `destroy()`, this leaves the connection open for the response.
      void Readable.toWeb(message).cancel();
      reject(new BodyTooLargeError());
    };
    const onEnd = (): void => {
      settle();
      resolve(Buffer.concat(chunks, size));
    };
    const onClose = (): void => {
      settle();
      reject(message.errored ?? new Error('The connection was closed before the body was complete.'));
    };
    const settle = (): void => {
      message.off('data', onData).off('end', onEnd).off('error', onClose).off('close', onClose);
    };
    message.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose);
  });
}

/** Reads a body without a web stream. A short one has often arrived together with the headers. */
function readMessage(message: NodeMessage, maxBytes: number): Uint8Array | Promise<Uint8Array> {
  const hasArrived = message.httpVersionMajor === 1 && message.complete;
  if (!hasArrived) return readStream(message, maxBytes);
  if (message.readableLength > maxBytes) throw new BodyTooLargeError();
  const bytes: unknown = message.read();
  return bytes instanceof Uint8Array ? bytes : new Uint8Array();
}

/**
 * Receives a request. Its web-standard view is created as far as it is read.
 *
 * @throws TypeError If the request is malformed.
 */
export function receiveNodeRequest(exchange: NodeExchange): ReceivedRequest {
  const { message, response, body } = exchange;
  restoreParsedBody(message, body);
  const target = fullTarget(exchange);
  if (target !== undefined) message.url = target;
  applyAuthority(message.headers);
  const request = new NodeRequest({ req: message, res: response });
  return {
    request,
    signal: watchDisconnect(exchange),
    readBytes: (maxBytes) =>
      isUntouched(message) ? readMessage(message, maxBytes) : readBytes(request.body, maxBytes),
  };
}
