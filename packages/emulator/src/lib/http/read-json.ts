import type { IncomingMessage } from 'node:http';
import { invalidRequest } from './api-failure.ts';
import { parseJson } from './parse-json.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads a JSON body of at most 1 MiB. No body at all reads as `{}`.
 *
 * @param request - Node's request.
 * @throws {@link ApiFailure} 400 for another content type or broken or bottomless JSON, 413 for a longer body.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  if (text === '') return {};
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw invalidRequest(400, {
      message: "Unsupported content type. This API method only accepts 'application/json' requests.",
      code: 'unsupported_content_type',
    });
  }
  const value = parseJson(text);
  if (value === undefined)
    throw invalidRequest(400, { message: 'We could not parse the JSON body of your request.' });
  return value;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw invalidRequest(413, { message: 'The request body is larger than 1 MiB.' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
