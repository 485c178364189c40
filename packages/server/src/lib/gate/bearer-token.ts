const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/**
 * Reads the token of `Authorization: Bearer …` (RFC 6750), for use in `authorize`. Another scheme is no token: a check
 * that only cuts the header at its first space takes `Basic …` for one.
 *
 * @param request - Its `Authorization` header is read.
 * @returns The token, or `undefined` when there is none or the header is malformed.
 *
 * @example
 * ```ts
 * const authorize = (request: Request) => (bearerToken(request) === 'demo' ? { id: 'demo' } : null);
 * ```
 */
export function bearerToken(request: Request): string | undefined {
  return BEARER.exec(request.headers.get('authorization') ?? '')?.[1];
}
