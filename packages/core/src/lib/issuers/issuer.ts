import type { TokenError } from '../token-error.ts';
import {
  readExpiry,
  readObject,
  readValue,
  unusable,
  type ParsedToken,
  type SessionInfo,
} from '../token/parse.ts';

/**
 * The options of `createTokenManager()` for an issuer. Spread it into the options; later options take precedence.
 *
 * @example
 * ```ts
 * const tokens = createTokenManager({ fetchToken: endpoint('/api/deepgram-token'), ...deepgram });
 * ```
 */
export interface Issuer<Session = SessionInfo> {
  /** Parses the issuer's response, which your mint route returns unchanged. Throws a `TokenError` on an invalid one. */
  readonly parse: (raw: unknown) => ParsedToken<Session>;
  /** Whether its tokens open one session or many. */
  readonly reuse: 'until-expiry' | 'once';
  /** Documented lifetime of its tokens in milliseconds, for issuers whose responses may have no expiry. */
  readonly assumedLifetimeMs?: number;
}

/** Where an issuer's response contains the token. */
export interface TokenLocation {
  /** The issuer's call whose response the mint route returns. */
  readonly call: string;
  /** Fields that may hold the token; the first one that exists counts. */
  readonly names: readonly string[];
}

export interface FoundToken {
  readonly value: string;
  /** The object that holds the token. */
  readonly fields: Record<string, unknown>;
}

/** Returns a parser for responses that have the token in one of the named fields, and a common expiry field. */
export function createParser(call: string, ...names: readonly string[]): Issuer['parse'] {
  return (raw) => {
    const { value, fields } = findToken(raw, { call, names });
    return { value, ...readExpiry(fields) };
  };
}

/**
 * Finds the token in a response.
 *
 * @throws TokenError `invalid-response` that names the fields and the call, and quotes nothing.
 */
export function findToken(raw: unknown, location: TokenLocation): FoundToken {
  const toError = (problem: string): TokenError => unusableToken(problem, location);
  const fields = readObject(raw, toError);
  if (typeof fields === 'string') throw toError('the response is not a JSON object');
  const name = location.names.find((field) => fields[field] !== undefined);
  return { value: readValue(name === undefined ? undefined : fields[name], toError), fields };
}

export function unusableToken(problem: string, { call, names }: TokenLocation): TokenError {
  return unusable(
    `${problem}. Return the response of ${call} with its ${names.join(' or ')}, or pass a \`parse\` that reads its format.`,
  );
}

export function readString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
