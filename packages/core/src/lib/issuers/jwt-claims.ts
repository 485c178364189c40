import { isRecord } from '../token/is-record.ts';

/** The claims of a JSON Web Token that bound its life, in milliseconds since 1970. */
export interface JwtLife {
  /** When it expires (`exp`), if it says so. */
  readonly expiresAtMs: number | undefined;
  /** When it begins to be valid (`nbf`), if it says so. */
  readonly notBeforeMs: number | undefined;
}

/**
 * Reads a JWT's life without checking its signature: whoever accepts it does that.
 *
 * @param token - The compact form, `header.claims.signature`. Anything else has no readable life.
 */
export function readJwtLife(token: string): JwtLife {
  const claims = readClaims(token);
  return { expiresAtMs: moment(claims['exp']), notBeforeMs: moment(claims['nbf']) };
}

function readClaims(token: string): Record<string, unknown> {
  const [, body = ''] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token) ?? [];
  try {
    // Each byte becomes one character: wrong for names beyond ASCII, right for the numbers read here.
    const claims: unknown = JSON.parse(atob(body.replace(/-/g, '+').replace(/_/g, '/')));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}

/** A NumericDate of RFC 7519: unix seconds. */
function moment(claim: unknown): number | undefined {
  return typeof claim === 'number' && Number.isFinite(claim) && claim > 0 ? claim * 1000 : undefined;
}
