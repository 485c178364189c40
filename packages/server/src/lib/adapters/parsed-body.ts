import { Buffer } from 'node:buffer';
import type { NodeMessage } from './node-message.ts';

/** What body parsers leave on a request. */
interface Parsed {
  /** The parsed body: an object, a string or the bytes. */
  body?: unknown;
  /** The bytes, where a platform keeps them. */
  rawBody?: unknown;
}

function toBytes(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Whether it was read is asked of the stream: Express 4 sets `body` to `{}` without reading anything. */
function bytesRead(message: NodeMessage, body: unknown): Buffer | undefined {
  if (message.readableDidRead) return toBytes(body);
  // A parser that reached the end without a single byte makes `{}` of nothing.
  return message.readableEnded ? Buffer.alloc(0) : undefined;
}

/**
 * Makes a body that a parser such as `express.json()` has already read readable again, as `rawBody`, which the adapter
 * looks at.
 *
 * @param message - The request.
 * @param body - What the parser made of it. Default: what it left on the request.
 */
export function restoreParsedBody(message: NodeMessage & Parsed, body: unknown = message.body): void {
  if (message.rawBody instanceof Uint8Array) return;
  const bytes = bytesRead(message, body);
  if (bytes !== undefined) message.rawBody = bytes;
}
