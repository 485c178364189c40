import { isJsonObject } from '../gate/parse-json-object.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';

/** A token in an answer. */
export interface FoundToken {
  /** The token. Never printed. */
  readonly value: string;
  /** What stands beside it as `expires_at` or `expiresAt`. */
  readonly expiresAt: unknown;
  /** What stands beside it as `expires_in` or `expiresIn`. */
  readonly expiresIn: unknown;
}

/** What the body of an answer is. */
export type AnswerBody =
  | {
      /** A token where clients look for it. */
      readonly kind: 'token';
      /** The token. */
      readonly token: FoundToken;
      /** The whole body. */
      readonly body: unknown;
    }
  | {
      /** A token somewhere else. */
      readonly kind: 'misplaced';
      /** The whole body. */
      readonly body: unknown;
    }
  | {
      /** An object with an `error`. */
      readonly kind: 'error';
      /** The whole body. */
      readonly body: unknown;
    }
  | {
      /** A page. */
      readonly kind: 'html';
    }
  | {
      /** Anything else. */
      readonly kind: 'other';
    };

const EPHEMERAL = /\bek_[\w-]{8,}/;

function tokenIn(holder: JsonObject): FoundToken | undefined {
  const value = holder['value'] ?? holder['token'];
  if (typeof value !== 'string' || value === '') return undefined;
  const expiresAt = holder['expires_at'] ?? holder['expiresAt'];
  return { value, expiresAt, expiresIn: holder['expires_in'] ?? holder['expiresIn'] };
}

/** The token where `endpoint()` and the official clients look: beside `value`, in `client_secret`, or as the whole body. */
function findToken(body: unknown): FoundToken | undefined {
  if (typeof body === 'string' && body !== '') {
    return { value: body, expiresAt: undefined, expiresIn: undefined };
  }
  if (!isJsonObject(body)) return undefined;
  const secret = body['client_secret'];
  return isJsonObject(secret) ? tokenIn(secret) : tokenIn(body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a body as a client would, and notices a token in the wrong place.
 *
 * @param text - The body.
 */
export function readAnswer(text: string): AnswerBody {
  const body = parseJson(text);
  const token = findToken(body);
  if (token !== undefined) return { kind: 'token', token, body };
  if (EPHEMERAL.test(text)) return { kind: 'misplaced', body };
  if (isJsonObject(body) && 'error' in body) return { kind: 'error', body };
  return /^\s*<(?:!doctype|html|head|body)/i.test(text) ? { kind: 'html' } : { kind: 'other' };
}
