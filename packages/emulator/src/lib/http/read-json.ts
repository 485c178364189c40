import type { IncomingMessage } from 'node:http';
import { invalidRequest } from './api-failure.ts';
import { parseJson } from './parse-json.ts';
import { readBody } from './read-body.ts';

/**
 * Reads a JSON body of at most 1 MiB. No body at all reads as `{}`.
 *
 * @param request - Node's request.
 * @throws {@link ApiFailure} 400 for another content type or broken or bottomless JSON, 413 for a longer body.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request)).toString('utf8');
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
