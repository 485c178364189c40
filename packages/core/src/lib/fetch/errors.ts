import { clampRetryAfterMs } from '../state/schedule.ts';
import { TokenError, type TokenErrorInit } from '../token-error.ts';
import { isRecord } from '../token/parse.ts';

/**
 * `fetch` rejects with a bare TypeError, or in workerd with a bare Error, whose message differs by engine. An interrupted
 * body causes an AbortError or the same.
 */
const NETWORK_FAILURE =
  /^(Abort|Network)Error|^TypeError.*(fetch|network|load failed|terminated|connection|ECONN|sending request)|^Error: network connection lost/i;

/** Statuses below 500 for which a retry may succeed. */
const RETRYABLE: readonly number[] = [408, 425, 429];
/** Error codes of the API for which waiting does not help. */
const EXHAUSTED: readonly (string | undefined)[] = ['insufficient_quota', 'credit_balance_exhausted'];

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'Sign the user in, then call reset().',
  403: 'Check that this user and origin may mint tokens.',
  404: 'Check the URL passed to endpoint().',
  405: 'Accept POST in the route.',
  429: 'It is retried when the server allows it.',
};

/** Converts anything that a fetcher or parser threw. Keeps a `TokenError` as it is. */
export function toTokenError(thrown: unknown): TokenError {
  if (TokenError.is(thrown)) return thrown;
  const status = isRecord(thrown) && thrown['status'];
  if (typeof status === 'number' && status >= 400) return toHttpError(status, thrown);
  return thrown instanceof Error && NETWORK_FAILURE.test(String(thrown))
    ? new TokenError('network', 'The mint route could not be reached. Check the connection and the URL.', {
        cause: thrown,
      })
    : new TokenError('fetcher', 'The token fetcher threw an error. Fix its cause.', {
        cause: thrown,
      });
}

/**
 * Converts an error response. Reads only a machine-readable code and a request id from the body, in OpenAI's format or from
 * a problem document; no text of the body is kept.
 *
 * @param body - The parsed body, `undefined` if it was not JSON.
 */
export function toHttpError(
  status: number,
  body: unknown,
  headers: Pick<TokenErrorInit, 'retryAfterMs' | 'requestId'> = {},
): TokenError {
  const code = readIdentifier(isRecord(body) && isRecord(body['error']) ? body['error'] : body, 'code');
  const remedy = REMEDIES[status] ?? 'Look for the request in the log of the server.';
  return new TokenError(
    'http',
    `The mint route responded with ${code ? `${status} (${code})` : status}. ${remedy}`,
    {
      ...headers,
      status,
      fatal: isFatalStatus(status, code),
      requestId: headers.requestId ?? readIdentifier(body, 'request_id'),
    },
  );
}

/** Whether a retry cannot succeed: every 4xx except 408, 425 and 429, and any status with the code of a used-up quota. */
export function isFatalStatus(status: number, code: string | undefined): boolean {
  return EXHAUSTED.includes(code) || (status < 500 && !RETRYABLE.includes(status));
}

/**
 * Returns the delay that `retry-after-ms` (milliseconds) or `retry-after` (seconds or an HTTP date) asks for, or
 * `undefined` if neither is readable.
 *
 * @param nowMs - The server's time if known, else this machine's. Dates are relative to it.
 */
export function parseRetryAfter(headers: Pick<Headers, 'get'>, nowMs: number): number | undefined {
  const value = headers.get('retry-after') ?? '';
  const ms = [
    parseNumber(headers.get('retry-after-ms') ?? ''),
    parseNumber(value) * 1000,
    Date.parse(value) - nowMs,
  ].find((delay) => !Number.isNaN(delay));
  return ms === undefined ? ms : clampRetryAfterMs(ms);
}

function parseNumber(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
}

/** Returns a field that looks like an identifier. Prose is ignored, so that a message can never contain a body. */
function readIdentifier(body: unknown, field: string): string | undefined {
  const value = isRecord(body) ? body[field] : undefined;
  return typeof value === 'string' && /^(?!sk-|ek_)[a-z][\w-]{0,63}$/i.test(value) ? value : undefined;
}
