import type { IncomingMessage } from 'node:http';
import { issuePaths } from '@realtime-session/protocol';
import { parseJson } from '../shared/json.ts';
import { HttpError, invalidApiKey, invalidRequest, toErrorDetail } from './http-error.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** Returns the path of a request without its query. */
export function getPath(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

export function getBearerToken({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** Returns the id of the user that the client sent, hashed, to the API. */
export function getSafetyIdentifier({ headers }: IncomingMessage): string | undefined {
  const value = headers['openai-safety-identifier'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the key of a request. Throws {@link HttpError} 401 `invalid_api_key` unless it is one of the keys. */
export function requireApiKey(apiKeys: readonly [string, ...string[]], request: IncomingMessage): string {
  const key = getBearerToken(request);
  if (key === undefined) throw invalidApiKey(apiKeys[0], 'missing');
  if (!apiKeys.includes(key)) throw invalidApiKey(apiKeys[0], 'wrong key');
  return key;
}

/** Throws {@link HttpError} 413 for a body over 1 MiB. */
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

/**
 * Reads a JSON body; an empty one counts as `{}`. Throws {@link HttpError} 400 for another content type and for JSON that is
 * malformed or nested too deeply, and 413 for a body over 1 MiB.
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

/** The part of a Zod schema that is used here. */
interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: Parameters<typeof issuePaths>[0] };
}

/** Throws {@link HttpError} 400 that names the invalid parameter. `parent` is the path of `value` in the body. */
export function validate<T>(schema: Schema<T>, value: unknown, parent = ''): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, toErrorDetail(issuePaths(parsed.error, value), parent));
}
