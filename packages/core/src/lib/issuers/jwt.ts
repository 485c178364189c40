import { isRecord, readExpiry, type ParsedToken } from '../token/parse.ts';
import { findToken, type FoundToken, type Issuer } from './issuer.ts';

/** The validity of a JSON Web Token, in milliseconds since 1970. */
export interface JwtValidity {
  /** The `exp` claim. */
  readonly expiresAtMs: number | undefined;
  /** The `nbf` claim. */
  readonly notBeforeMs: number | undefined;
}

/** Reads the claims without verifying the signature, which is up to the API that accepts the token. */
export function readJwtValidity(token: string): JwtValidity {
  const claims = readClaims(token);
  return { expiresAtMs: readDate(claims['exp']), notBeforeMs: readDate(claims['nbf']) };
}

/** Reads an expiry from the response, or else from the token's own `exp`. */
export function readJwtExpiry({
  value,
  fields,
}: FoundToken): Pick<ParsedToken<unknown>, 'expiresAtMs' | 'expiresInMs'> {
  const { expiresAtMs, expiresInMs } = readExpiry(fields);
  return { expiresInMs, expiresAtMs: expiresAtMs ?? readJwtValidity(value).expiresAtMs };
}

/** Returns a parser for responses whose token is a JWT in the named field. */
export function createJwtParser(call: string, name: string): Issuer['parse'] {
  return (raw) => {
    const found = findToken(raw, { call, names: [name] });
    return { value: found.value, ...readJwtExpiry(found) };
  };
}

function readClaims(token: string): Record<string, unknown> {
  const [, body = ''] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token) ?? [];
  try {
    // Each byte becomes one character. That is wrong for text beyond ASCII, but right for the numbers read here.
    const claims: unknown = JSON.parse(atob(body.replace(/-/g, '+').replace(/_/g, '/')));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}

/** Reads a NumericDate of RFC 7519: unix seconds. */
function readDate(claim: unknown): number | undefined {
  return typeof claim === 'number' && Number.isFinite(claim) && claim > 0 ? claim * 1000 : undefined;
}
