import { TokenError } from '../errors/token-error.ts';
import { isRecord } from '../token/is-record.ts';
import { httpError } from './http-error.ts';

/**
 * Turns whatever a fetcher or parser threw into a {@link TokenError}. One that already is one is kept.
 *
 * @param thrown - Anything.
 */
export function toTokenError(thrown: unknown): TokenError {
  if (TokenError.is(thrown)) return thrown;
  if (isRecord(thrown) && typeof thrown['status'] === 'number' && thrown['status'] >= 400) {
    return httpError({
      status: thrown['status'],
      body: thrown,
      retryAfterMs: undefined,
      requestId: undefined,
    });
  }
  if (isNetworkFailure(thrown)) {
    return new TokenError(
      'network',
      'The mint route could not be reached. Check the connection and the URL.',
      {
        cause: thrown,
      },
    );
  }
  return new TokenError(
    'fetcher',
    'The token fetcher threw an error. Its cause is attached; fix the fetcher.',
    {
      cause: thrown,
    },
  );
}

/** `fetch` rejects with a bare TypeError whose wording differs by engine; a dropped body arrives as an AbortError or a code. */
function isNetworkFailure(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown.name === 'AbortError' || thrown.name === 'NetworkError') return true;
  return thrown instanceof TypeError && /fetch|network|load failed|terminated/i.test(thrown.message);
}
