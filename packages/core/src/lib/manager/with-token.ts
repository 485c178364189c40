import { isRecord } from '../token/is-record.ts';
import type { EphemeralToken } from '../token/ephemeral-token.ts';
import type { TokenManager, WithTokenOptions } from './token-manager.ts';

/** Error code, and WebSocket close code, of a refused token. */
const REFUSED_CODES: readonly unknown[] = ['invalid_api_key', 3000];

/** Whether an outcome says that the API refused the token, itself or in its `error`. */
function isTokenRejected(outcome: unknown): boolean {
  if (!isRecord(outcome)) return false;
  const { status, code, error } = outcome;
  return status === 401 || REFUSED_CODES.includes(code) || isTokenRejected(error);
}

/**
 * Runs something with a token, and once more with a new one if the first was refused.
 *
 * @param tokens - Where tokens come from.
 * @param use - Connects.
 * @param options - What counts as refused.
 */
export async function withToken<S, T>(
  tokens: Pick<TokenManager<never, S>, 'getToken' | 'invalidate'>,
  use: (token: EphemeralToken<S>) => Promise<T>,
  { signal, isRejected = isTokenRejected }: WithTokenOptions = {},
): Promise<T> {
  const first = await tokens.getToken({ signal });
  try {
    const outcome = await use(first);
    if (!isRejected(outcome)) return outcome;
  } catch (thrown) {
    if (!isRejected(thrown)) throw thrown;
  }
  tokens.invalidate(first);
  return use(await tokens.getToken({ signal }));
}
