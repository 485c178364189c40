import { TokenError } from '../errors/token-error.ts';
import { parseRetryAfter } from '../refresh/retry-after.ts';
import { isRecord } from '../token/is-record.ts';
import { httpError } from './http-error.ts';

/** A fetcher's answer, read to its end. */
export interface Answer {
  /** Parsed JSON, a bare string, or whatever the fetcher gave. */
  readonly body: unknown;
  /** The server's `Date`, in milliseconds since 1970, when it was readable. */
  readonly serverDateMs?: number | undefined;
}

/** The part of a `Response` that is read; structural, because a page may hold several `Response` classes. */
interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  text(): Promise<string>;
}

/**
 * Reads what a fetcher returned: a `Response` is checked for its status and read as JSON, anything else is taken as is.
 *
 * @param raw - What the fetcher returned.
 * @param nowMs - This machine's clock, in milliseconds since 1970.
 * @throws TokenError `http` for an error status, `invalid-response` for a body that is not JSON.
 */
export async function readAnswer(raw: unknown, nowMs: number): Promise<Answer> {
  if (!isResponse(raw)) return { body: raw };
  const { ok, status, headers } = raw;
  const serverDateMs = Date.parse(headers.get('date') ?? '') || undefined;
  const body = parseJson(await raw.text());
  if (!ok) {
    throw httpError(status, body, {
      retryAfterMs: parseRetryAfter(headers, serverDateMs ?? nowMs),
      requestId: headers.get('x-request-id') ?? undefined,
    });
  }
  if (body !== undefined) return { body, serverDateMs };
  throw new TokenError(
    'invalid-response',
    `The mint route answered ${status} with something that is not JSON. Check that the URL is the mint route.`,
    { status },
  );
}

function isResponse(value: unknown): value is ResponseLike {
  return isRecord(value) && 'status' in value && 'headers' in value && typeof value['text'] === 'function';
}

/** `undefined` stands for "not JSON"; the parser's own error is dropped because it quotes the body. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // `any` by its declaration
  } catch {
    return undefined;
  }
}
