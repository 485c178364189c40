import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { readBytes, TooManyBytes } from '../gate/read-bytes.ts';
import type { ReadBytes } from '../handler/direct-answers.ts';
import type { NodeMessage } from './node-message.ts';

/** How a message says that the rest of it will not come; HTTP/2 ends one that was reset as if it were whole. */
const LOST = ['aborted', 'error', 'close'] as const;

/** Whether nobody has begun to read, or made a stream of another kind of it. */
function isUntouched(message: NodeMessage): boolean {
  return message.readableFlowing === null && !message.readableDidRead && !message.destroyed;
}

function bufferWithin(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.byteLength > maxBytes) throw new TooManyBytes();
  return bytes;
}

/** Reads to the end. What comes beyond the limit flows by: the answer gets out, and the connection stays of use. */
function readMessage(message: Readable, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const release = (): void => {
      message.off('data', onData).off('end', onEnd);
      for (const event of LOST) message.off(event, onLost);
    };
    const onLost = (): void => {
      release();
      reject(new Error('The client hung up within the body.'));
    };
    const onEnd = (): void => {
      release();
      resolve(Buffer.concat(chunks, size));
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size <= maxBytes) return;
      release();
      reject(new TooManyBytes());
    };
    message.on('data', onData).on('end', onEnd);
    for (const event of LOST) message.on(event, onLost);
  });
}

/**
 * Reads the body of a Node request without a web stream in between, where nobody has touched it or a parser has kept it.
 *
 * @param message - Node's request.
 * @param request - The same as a web request, for every other case.
 */
export function messageBytes(message: NodeMessage & { rawBody?: unknown }, request: Request): ReadBytes {
  return async (maxBytes) => {
    if (Buffer.isBuffer(message.rawBody)) return bufferWithin(message.rawBody, maxBytes);
    if (isUntouched(message)) return readMessage(message, maxBytes);
    return readBytes(request.body, maxBytes);
  };
}
