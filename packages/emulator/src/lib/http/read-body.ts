import type { IncomingMessage } from 'node:http';
import { invalidRequest } from './api-failure.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads a body of at most 1 MiB.
 *
 * @param request - Node's request.
 * @throws {@link ApiFailure} 413 for a longer body.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw invalidRequest(413, { message: 'The request body is larger than 1 MiB.' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
