import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { AuthorizeJwtError } from './authorize-jwt-error.ts';
import { bearerToken } from './request/bearer-token.ts';
import { checkFunction, checkInteger, checkNames, describeType, isRecord } from './validate.ts';

/** The user of a verified JSON Web Token. */
export interface JwtPrincipal {
  /** The claim `sub`. */
  readonly id: string;
  /** All claims of the token, such as `email` or `scope`, as the issuer wrote them. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Options of {@link authorizeJwt}. */
export interface AuthorizeJwtOptions {
  /**
   * Address of the issuer's public keys, such as `https://auth.example.com/.well-known/jwks.json`: HTTPS, or HTTP to a loopback host. Keys
   * are fetched when they are needed, and cached. Or a function that returns a key, as `createLocalJWKSet()` of `jose` creates.
   */
  readonly jwks: string | URL | JWTVerifyGetKey;
  /** The claim `iss` that tokens must have: one, or a list of accepted ones. */
  readonly issuer: string | readonly string[];
  /** The claim `aud` that tokens must have: one, or a list of accepted ones. Without it, a token for another app would be accepted. */
  readonly audience: string | readonly string[];
  /** Accepted signature algorithms. Default: the asymmetric ones, `RS256`, `PS256`, `ES256`, `EdDSA` and their longer forms. */
  readonly algorithms?: readonly string[];
  /** How far the clocks of issuer and server may differ, in whole seconds, 0..300. Default 5. */
  readonly clockToleranceSeconds?: number;
  /** Returns the token of a request, for example from a cookie. Default: that of `Authorization: Bearer …`. */
  readonly readToken?: (request: Request) => string | undefined;
}

/** Symmetric algorithms are left out: with public keys, anyone could sign. */
const asymmetric: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const requiredNames = ['jwks', 'issuer', 'audience'] as const;
const optionNames = [...requiredNames, 'algorithms', 'clockToleranceSeconds', 'readToken'];

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Where the keys come from. */
interface KeySource {
  readonly getKey: JWTVerifyGetKey;
  /** Converts an error that is no fault of the user. */
  readonly toError: (thrown: unknown) => unknown;
}

/** The error names the address without its query, which can contain secrets. */
function toFetchError({ origin, pathname }: URL, cause: unknown): AuthorizeJwtError {
  const remedy = `\`authorizeJwt()\` got no usable keys from ${origin}${pathname}; check that \`jwks\` is the issuer's address of its JSON Web Key Set, and that this server reaches it (DNS, firewall, certificate, status of the issuer).`;
  return new AuthorizeJwtError('internal_error', 'The JSON Web Key Set could not be used.', {
    remedy,
    cause,
  });
}

function checkJwks(value: unknown): KeySource {
  // The result of a function is checked by jose.
  if (typeof value === 'function') return { getKey: value as JWTVerifyGetKey, toError: (thrown) => thrown };
  const text = value instanceof URL ? value.href : value;
  if (typeof text !== 'string' || !URL.canParse(text)) {
    throw new TypeError(
      `authorizeJwt(): jwks must be the address of a key set, such as "https://auth.example.com/.well-known/jwks.json", not ${describeType(value)}.`,
    );
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && !loopbackHosts.has(url.hostname))
    throw new TypeError(
      'authorizeJwt(): jwks must be an https: address: on plain HTTP, an attacker can replace the keys.',
    );
  if (url.username !== '' || url.password !== '')
    throw new TypeError(
      'authorizeJwt(): jwks must not contain a user name or password: fetch() refuses such addresses.',
    );
  return { getKey: createRemoteJWKSet(url), toError: (thrown) => toFetchError(url, thrown) };
}

/** A text, or a list with at least one. */
function checkTexts(option: string, value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.filter((text): text is string => typeof text === 'string' && text !== '');
  if (texts.length > 0 && texts.length === list.length) return texts;
  throw new TypeError(
    `authorizeJwt(): ${option} must be a text, or a list of texts, not ${describeType(value)}.`,
  );
}

/** Does not throw now, because frameworks load route modules at build time, where there may be no environment. */
function refuseWithout(missing: readonly string[]): () => Promise<never> {
  const what = `${missing.map((name) => `\`${name}\``).join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set`;
  const remedy = `${what} in the options of \`authorizeJwt()\`; set what it is read from in the environment of this server, and start it again.`;
  return () => Promise.reject(new AuthorizeJwtError('server_misconfigured', `${what}.`, { remedy }));
}

/** Codes of `jose` for a token that is wrong. Other errors, such as keys that cannot be fetched, are no fault of the user. */
const refusals: ReadonlySet<string> = new Set([
  errors.JWTExpired.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWTInvalid.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JWKSNoMatchingKey.code,
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
]);

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof errors.JOSEError && refusals.has(thrown.code);
}

/** Verifies a token with each key that its header can mean. */
async function verify(
  token: string,
  getKey: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, getKey, options);
    return payload;
  } catch (thrown) {
    if (!(thrown instanceof errors.JWKSMultipleMatchingKeys)) throw thrown;
    for await (const key of thrown) {
      try {
        const { payload } = await jwtVerify(token, key, options);
        return payload;
      } catch (failed) {
        if (!(failed instanceof errors.JWSSignatureVerificationFailed)) throw failed;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/**
 * Creates an `authorize` that accepts JSON Web Tokens of one issuer, with `jose`. A request without a token, or with one that is expired,
 * forged, or for another app, is answered with 401, so that the page signs in again. If the keys cannot be fetched, the error is reported,
 * and the request is answered with 500.
 *
 * @param options - `jwks`, `issuer` and `audience` are required.
 * @returns The hook for the option `authorize`. The principal has the claim `sub` as `id`, and all claims.
 * @throws TypeError If an option is not valid; the message names it. If a required one is missing, every request fails instead, as with a
 *   missing `apiKey`.
 *
 * @example
 * ```ts
 * const authorize = authorizeJwt({
 *   jwks: 'https://auth.example.com/.well-known/jwks.json',
 *   issuer: 'https://auth.example.com/',
 *   audience: 'https://app.example.com',
 * });
 * ```
 */
export function authorizeJwt(
  options: AuthorizeJwtOptions,
): (request: Request) => Promise<JwtPrincipal | null> {
  const given: unknown = options;
  if (!isRecord(given))
    throw new TypeError(`authorizeJwt() needs an object of options, not ${describeType(given)}.`);
  checkNames('authorizeJwt()', given, optionNames);
  const missing = requiredNames.filter((name) => given[name] === undefined || given[name] === '');
  if (missing.length > 0) return refuseWithout(missing);
  const { readToken = bearerToken, clockToleranceSeconds = 5, algorithms = asymmetric } = options;
  checkFunction('readToken', readToken);
  const { getKey, toError } = checkJwks(given['jwks']);
  const verifyOptions: JWTVerifyOptions = {
    issuer: checkTexts('issuer', given['issuer']),
    audience: checkTexts('audience', given['audience']),
    algorithms: checkTexts('algorithms', algorithms),
    clockTolerance: checkInteger('clockToleranceSeconds', clockToleranceSeconds, { min: 0, max: 300 }),
    requiredClaims: ['sub', 'exp'],
  };
  return async (request) => {
    const token = readToken(request);
    if (token === undefined || token === '') return null;
    try {
      const claims = await verify(token, getKey, verifyOptions);
      const { sub } = claims;
      return typeof sub === 'string' && sub !== '' ? { id: sub, claims } : null;
    } catch (thrown) {
      if (isRefusal(thrown)) return null;
      throw toError(thrown);
    }
  };
}
