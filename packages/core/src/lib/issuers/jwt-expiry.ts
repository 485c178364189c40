import type { ParsedToken } from '../token/parsed-token.ts';
import { readExpiry } from '../token/read-expiry.ts';
import type { FoundToken } from './find-token.ts';
import { readJwtLife } from './jwt-claims.ts';

/**
 * The expiry of a token that is a JWT: what stands beside it, and its own `exp` where nothing absolute does.
 *
 * @param found - The token and what stands beside it.
 */
export function jwtExpiry({
  value,
  beside,
}: FoundToken): Pick<ParsedToken<unknown>, 'expiresAtMs' | 'expiresInMs'> {
  const { expiresAtMs, expiresInMs } = readExpiry(beside);
  return { expiresInMs, expiresAtMs: expiresAtMs ?? readJwtLife(value).expiresAtMs };
}
