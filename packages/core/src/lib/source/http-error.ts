import { TokenError, type TokenErrorInit } from '../errors/token-error.ts';
import { isFatalStatus } from '../refresh/fatal-status.ts';
import { isRecord } from '../token/is-record.ts';

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'Sign the user in, then call reset().',
  403: 'Check that this user and this origin may mint tokens.',
  404: 'Check the URL given to endpoint().',
  405: 'Let the route accept POST.',
  429: 'It is tried again when the server allows it.',
};

/**
 * Turns an error answer into a {@link TokenError}. The body is only read for a machine-readable code and a request id,
 * in OpenAI's shape or as a problem document; its text goes nowhere.
 *
 * @param status - HTTP status.
 * @param body - Parsed body, `undefined` when it was not JSON.
 * @param said - What the headers say.
 */
export function httpError(
  status: number,
  body: unknown,
  said: Pick<TokenErrorInit, 'retryAfterMs' | 'requestId'> = {},
): TokenError {
  const code = readId(isRecord(body) && isRecord(body['error']) ? body['error'] : body, 'code');
  const remedy = REMEDIES[status] ?? 'Look for this request in the log of the server.';
  return new TokenError(
    'http',
    `The mint route answered ${code ? `${status} (${code})` : status}. ${remedy}`,
    {
      status,
      retryAfterMs: said.retryAfterMs,
      fatal: isFatalStatus(status, code),
      requestId: said.requestId ?? readId(body, 'request_id'),
    },
  );
}

/** A field that looks like an identifier; prose is not let through, so a message can never carry a body. */
function readId(body: unknown, field: string): string | undefined {
  const value = isRecord(body) ? body[field] : undefined;
  return typeof value === 'string' && /^(?!sk-|ek_)[a-z][\w-]{0,63}$/i.test(value) ? value : undefined;
}
