import { isRecord } from '../token/is-record.ts';
import type { EphemeralToken } from '../token/ephemeral-token.ts';
import type { TokenManager, WithTokenOptions } from './token-manager.ts';

/** WebSocket close code of a refused token. */
const CLOSE_REFUSED = 3000;

/**
 * Whether an outcome says that the API refused the token: status 401, code `invalid_api_key`, or close code 3000, on the
 * thing itself or on its `error`.
 *
 * @param outcome - What was thrown, or what was returned.
 */
function isTokenRejected(outcome: unknown): boolean {
  if (!isRecord(outcome)) return false;
  const { status, code, error } = outcome;
  if (status === 401 || code === 'invalid_api_key' || code === CLOSE_REFUSED) return true;
  return isRecord(error) && isTokenRejected(error);
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
  options: WithTokenOptions = {},
): Promise<T> {
  const { signal } = options;
  const isRejected = options.isRejected ?? isTokenRejected;
  const first = await tokens.getToken({ signal });
  const outcome = await use(first).then(
    (value) => ({ isError: false as const, value, said: value as unknown }),
    (thrown: unknown) => ({ isError: true as const, said: thrown }),
  );
  if (isRejected(outcome.said)) {
    tokens.invalidate(first);
    return use(await tokens.getToken({ signal }));
  }
  if (outcome.isError) throw outcome.said;
  return outcome.value;
}
