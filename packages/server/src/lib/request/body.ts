import { ProblemError } from '../problem.ts';
import type { DisconnectSignal } from '../received-request.ts';
import type { RequestState } from '../request-context.ts';
import { withTimeout } from '../timeout.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';

const MEDIA_TYPE = /^([^\s;,]+)[ \t]*(?:;.*)?$/;
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^\s";]+)/i;
const MAX_DEPTH = 32;
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g;
const dangerousKeys: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype']);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A content type that a browser lets a page of another origin send only after a preflight request. */
export type BodyType = 'application/json' | 'application/sdp';

/**
 * Accepts only types that no HTML form can send. Therefore every cross-origin page must send a preflight request first.
 *
 * @throws ProblemError `unsupported_media_type`. Two `Content-Type` headers arrive joined by a comma and are refused as well.
 */
export function checkContentType(
  headers: Headers,
  accepted: readonly BodyType[] = ['application/json'],
): BodyType {
  const header = headers.get('content-type') ?? '';
  const charset = CHARSET.exec(header)?.[1] ?? 'utf-8';
  const name = MEDIA_TYPE.exec(header)?.[1]?.toLowerCase();
  const type = accepted.find((known) => known === name);
  if (type === undefined || header.includes(',') || !/^utf-?8$/i.test(charset)) {
    throw new ProblemError('unsupported_media_type');
  }
  return type;
}

/**
 * Checks the declared length of the body. `readBody` counts the bytes that really arrive.
 *
 * @throws ProblemError `payload_too_large`.
 */
export function checkContentLength(headers: Headers, maxBytes: number): void {
  const declared = Number(headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw new ProblemError('payload_too_large');
}

/** Thrown when a stream exceeds its limit. */
export class BodyTooLargeError extends Error {}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/**
 * Reads a stream to its end. Cancels it when it exceeds the limit, so that never more than the limit and one chunk are in
 * memory. (On Node, cancelling a request body leaves the socket open, so the response can still be sent.)
 *
 * @throws BodyTooLargeError If the stream exceeds the limit. Errors of the stream pass through.
 */
export async function readBytes(
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  maxBytes: number,
): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatenate(chunks, size);
    size += value.byteLength;
    if (size > maxBytes) {
      reader.cancel().catch(() => undefined);
      throw new BodyTooLargeError();
    }
    chunks.push(value);
  }
}

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** Time limit for the whole body. */
  readonly timeoutMs: number;
}

function bodyAlreadyRead(): ProblemError {
  return new ProblemError('server_misconfigured', {
    remedy:
      'Other code read the request body before the handler; do not read it in `authorize`, and let a body parser keep it in `req.body`.',
  });
}

function toBodyError(signal: DisconnectSignal, thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof BodyTooLargeError) return new ProblemError('payload_too_large');
  // A body that was already read fails with a TypeError; a connection that breaks does not.
  if (thrown instanceof TypeError && !signal.aborted) return bodyAlreadyRead();
  return new ProblemError('client_closed_request', { cause: thrown });
}

/**
 * Reads the body of a request.
 *
 * @throws ProblemError `payload_too_large`, `request_timeout`, `client_closed_request`, or `server_misconfigured` if other code
 * has read the body.
 */
export async function readBody(
  { request, signal, readBytes: read }: Pick<RequestState, 'request' | 'signal' | 'readBytes'>,
  limits: BodyLimits,
): Promise<Uint8Array> {
  if (request.bodyUsed) throw bodyAlreadyRead();
  const { timeoutMs, maxBodyBytes } = limits;
  const toTimeoutError = (): ProblemError => new ProblemError('request_timeout');
  try {
    return await withTimeout({ timeoutMs, parent: signal, toTimeoutError }, () => read(maxBodyBytes));
  } catch (thrown) {
    throw toBodyError(signal, thrown);
  }
}

function isSafeKey(key: unknown, siblings: ReadonlySet<unknown> | undefined): boolean {
  return siblings !== undefined && !siblings.has(key) && !dangerousKeys.has(key);
}

/** Whether the text avoids what `JSON.parse` accepts: duplicate keys, keys that reach prototypes, unlimited nesting. */
function isSafeJson(text: string): boolean {
  const keysOfOpenValues: Set<unknown>[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') keysOfOpenValues.push(new Set());
    else if (token === '}' || token === ']') keysOfOpenValues.pop();
    else if (colon !== undefined) {
      const key: unknown = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      const siblings = keysOfOpenValues.at(-1);
      if (!isSafeKey(key, siblings)) return false;
      siblings?.add(key);
    }
    if (keysOfOpenValues.length > MAX_DEPTH) return false;
  }
  return true;
}

function parse(bytes: Uint8Array): unknown {
  const text = utf8.decode(bytes);
  const value: unknown = JSON.parse(text);
  return isSafeJson(text) ? value : undefined;
}

/**
 * Parses bytes as one JSON object: valid UTF-8, no duplicate key, no `__proto__`, `constructor` or `prototype`, at most 32
 * levels.
 *
 * @throws ProblemError `invalid_json`.
 */
export function parseJsonObject(bytes: Uint8Array): UnknownRecord {
  let value: unknown;
  try {
    value = parse(bytes);
  } catch {
    throw new ProblemError('invalid_json');
  }
  if (!isRecord(value)) throw new ProblemError('invalid_json');
  return value;
}
