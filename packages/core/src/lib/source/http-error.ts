import { TokenError } from '../errors/token-error.ts';
import { isFatalStatus } from '../refresh/fatal-status.ts';
import { isRecord } from '../token/is-record.ts';

/** An error answer of the mint route. */
export interface HttpFailure {
  /** HTTP status. */
  readonly status: number;
  /** Parsed body, `undefined` when it was not JSON. Only short codes and ids are taken from it. */
  readonly body: unknown;
  /** What the headers asked, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** From the headers. */
  readonly requestId: string | undefined;
}

/**
 * Turns an error answer into a {@link TokenError}. The body is only read for a machine-readable code and a request id,
 * in OpenAI's shape or as a problem document; its text goes nowhere.
 *
 * @param failure - The answer.
 */
export function httpError(failure: HttpFailure): TokenError {
  const code = readCode(failure.body);
  const said = code === undefined ? '' : ` (${code})`;
  return new TokenError(
    'http',
    `The mint route answered ${failure.status}${said}. ${remedy(failure.status)}`,
    {
      status: failure.status,
      retryAfterMs: failure.retryAfterMs,
      fatal: isFatalStatus(failure.status, code),
      requestId: failure.requestId ?? readToken(failure.body, 'request_id'),
    },
  );
}

function readCode(body: unknown): string | undefined {
  const inner = isRecord(body) && isRecord(body['error']) ? body['error'] : body;
  return readToken(inner, 'code');
}

/** A field that looks like an identifier; prose is not let through, so a message can never carry a body. */
function readToken(body: unknown, field: string): string | undefined {
  const value = isRecord(body) ? body[field] : undefined;
  return typeof value === 'string' && /^[a-z][\w-]{0,63}$/i.test(value) && !/^(sk-|ek_)/i.test(value)
    ? value
    : undefined;
}

function remedy(status: number): string {
  if (status === 401) return 'Sign the user in, then call reset() or getToken() again.';
  if (status === 403) return 'Check that this user and this origin may mint tokens.';
  if (status === 404 || status === 405)
    return 'Check the URL given to endpoint(), and that the route accepts POST.';
  if (status === 429) return 'Too many tokens were asked for; it is tried again when the server allows it.';
  if (status >= 500) return 'The server or its upstream is failing; look at its log for this request.';
  return 'Check what the client sends against what the route accepts.';
}
