import { TokenError } from '../errors/token-error.ts';
import { isRecord } from '../token/is-record.ts';
import { readValue } from '../token/read-value.ts';

/** Where an issuer puts its token. */
export interface TokenPlace {
  /** Fields that may hold the token; the first that is there counts. */
  readonly fields: readonly string[];
  /** The issuer's call whose answer the mint route passes on. */
  readonly call: string;
}

/** A token and what stands beside it. */
export interface FoundToken {
  /** The token. */
  readonly value: string;
  /** The object that holds it. */
  readonly beside: Record<string, unknown>;
}

/**
 * Finds the token in an issuer's answer.
 *
 * @param raw - The parsed answer of the mint route.
 * @param place - Where to look.
 * @throws TokenError `invalid-response` that names the fields and the call, and quotes nothing.
 */
export function findToken(raw: unknown, place: TokenPlace): FoundToken {
  const refuse = (what: string): TokenError => noToken(what, place);
  if (!isRecord(raw)) throw refuse('the answer is not a JSON object');
  if (raw['error'] !== undefined && raw['error'] !== null) throw refuse('the answer holds an error instead');
  const field = place.fields.find((name) => raw[name] !== undefined);
  return { value: readValue(field === undefined ? undefined : raw[field], refuse), beside: raw };
}

/**
 * The error of an answer that does not look like the issuer's.
 *
 * @param what - A clause that says what is wrong, without quoting the answer.
 * @param place - Where the token was looked for.
 */
export function noToken(what: string, { fields, call }: TokenPlace): TokenError {
  return new TokenError(
    'invalid-response',
    `The mint route answered without a usable token: ${what}. Let it pass on the answer to ${call} with its ${fields.join(' or ')}, or give the manager a \`parse\` that reads its shape.`,
  );
}
