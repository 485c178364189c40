import type { TokenFetcher } from './token-fetcher.ts';

/**
 * A fetcher that always answers the same token: for tests and server rendering.
 *
 * @param token - Anything `parse` reads: a bare string, or a mint route's answer.
 */
export function literal(token: unknown): TokenFetcher {
  return () => token;
}
