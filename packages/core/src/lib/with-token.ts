import { isRecord } from './token/parse.ts';
import type { EphemeralToken } from './token/token.ts';

/** Error code and WebSocket close code of a rejected token. */
const REJECTION_CODES: readonly unknown[] = ['invalid_api_key', 3000];

/** Options of `withToken()`. */
export interface WithTokenOptions {
  /**
   * Whether an outcome means that the API rejected the token. Called with the error that `use` threw, or with the value it
   * returned. Default: status 401, code `invalid_api_key`, or WebSocket close code 3000.
   */
  readonly isRejected?: ((outcome: unknown) => boolean) | undefined;
  /** Stops waiting for a token when aborted. */
  readonly signal?: AbortSignal | undefined;
}

interface TokenProvider<Session> {
  getToken(options: { readonly signal: AbortSignal | undefined }): Promise<EphemeralToken<Session>>;
  invalidate(token: EphemeralToken<Session>): void;
}

export async function withToken<S, T>(
  tokens: TokenProvider<S>,
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

/** Checks an outcome itself, and its `error`. */
function isTokenRejected(outcome: unknown): boolean {
  if (!isRecord(outcome)) return false;
  const { status, code, error } = outcome;
  return status === 401 || REJECTION_CODES.includes(code) || isTokenRejected(error);
}
