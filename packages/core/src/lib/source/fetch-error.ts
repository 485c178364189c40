import { TokenError } from '../errors/token-error.ts';
import { isRecord } from '../token/is-record.ts';
import { httpError } from './http-error.ts';

/**
 * `fetch` rejects with a bare TypeError, or in workerd a bare Error, whose wording differs by engine; a dropped body
 * arrives as an AbortError or in the same way.
 */
const NETWORK_FAILURE =
  /^(Abort|Network)Error|^TypeError.*(fetch|network|load failed|terminated|connection|ECONN|sending request)|^Error: network connection lost/i;

/**
 * Turns whatever a fetcher or parser threw into a {@link TokenError}. One that already is one is kept.
 *
 * @param thrown - Anything.
 */
export function toTokenError(thrown: unknown): TokenError {
  if (TokenError.is(thrown)) return thrown;
  const status = isRecord(thrown) && thrown['status'];
  if (typeof status === 'number' && status >= 400) return httpError(status, thrown);
  return thrown instanceof Error && NETWORK_FAILURE.test(String(thrown))
    ? new TokenError('network', 'The mint route could not be reached. Check the connection and the URL.', {
        cause: thrown,
      })
    : new TokenError('fetcher', 'The token fetcher threw an error, its cause. Fix the fetcher.', {
        cause: thrown,
      });
}
