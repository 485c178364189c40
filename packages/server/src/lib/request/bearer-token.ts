const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/**
 * Reads the token of `Authorization: Bearer …` (RFC 6750), for use in `authorize`. Ignores other schemes; a function that only
 * splits the header at its first space would accept `Basic …` as a token.
 *
 * @param request - Only its `Authorization` header is read.
 * @returns The token, or `undefined` if there is none or the header is malformed: RFC 6750 allows letters, digits
 *   and `-._~+/`, and `=` at the end.
 *
 * @example
 * ```ts
 * const authorize = (request: Request) => (bearerToken(request) === 'demo' ? { id: 'demo' } : null);
 * ```
 */
export function bearerToken(request: Request): string | undefined {
  return BEARER.exec(request.headers.get('authorization') ?? '')?.[1];
}
