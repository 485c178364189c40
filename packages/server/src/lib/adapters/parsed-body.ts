import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** What body parsers leave on a request. */
interface ParsedMessage extends IncomingMessage {
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

/**
 * Makes a body that a parser such as `express.json()` has already read readable again, as `rawBody`, which the adapter
 * looks at. Whether it was read is asked of the stream: Express 4 sets `body` to `{}` without reading anything.
 *
 * @param message - The request.
 */
export function restoreParsedBody(message: IncomingMessage): void {
  const parsed: ParsedMessage = message;
  if (!message.readableDidRead || parsed.rawBody instanceof Uint8Array) return;
  const bytes = toBytes(parsed.body);
  if (bytes !== undefined) parsed.rawBody = bytes;
}
