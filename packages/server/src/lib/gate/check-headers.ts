import { Refusal } from '../errors/refusal.ts';

const JSON_TYPE = /^application\/json[ \t]*(?:;.*)?$/i;
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^\s";]+)/i;

/**
 * Lets JSON through and nothing else, which also makes every cross-origin caller ask permission first.
 *
 * @throws Refusal `unsupported_media_type`. Two `Content-Type` headers arrive joined by a comma and fail too.
 */
export function checkContentType(headers: Headers): void {
  const type = headers.get('content-type') ?? '';
  const charset = CHARSET.exec(type)?.[1] ?? 'utf-8';
  if (!JSON_TYPE.test(type) || type.includes(',') || !/^utf-?8$/i.test(charset)) {
    throw new Refusal('unsupported_media_type');
  }
}

/**
 * Refuses a body that announces itself as too long. What is really read is counted again.
 *
 * @throws Refusal `payload_too_large`.
 */
export function checkDeclaredLength(headers: Headers, maxBytes: number): void {
  const declared = Number(headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw new Refusal('payload_too_large');
}
