import { TokenError } from '../errors/token-error.ts';
import { isRecord } from './is-record.ts';
import type { SessionInfo } from './ephemeral-token.ts';
import type { ParsedToken } from './parsed-token.ts';
import { readExpiry } from './read-expiry.ts';
import { readValue } from './read-value.ts';

/**
 * Reads OpenAI's answers, and the ones mint routes commonly make of them: `{ value, expires_at, session }`, a session
 * object with `client_secret: { value, expires_at }`, `{ token | value, expiresAt | expires_at | expires_in }`, and a
 * bare string. Expiry is read only beside the value: `session.expires_at` is another thing, and is 0 in practice.
 *
 * @param raw - The parsed answer.
 * @throws TokenError `invalid-response` when there is no token in it, `standing-key-leaked` when it is an `sk-…` key.
 */
export function parseOpenAI(raw: unknown): ParsedToken {
  if (typeof raw === 'string') return { value: readValue(raw, noToken) };
  if (!isRecord(raw)) throw noToken('the answer is not a JSON object');
  const { client_secret: secret, ...session } = raw;
  if (raw['value'] === undefined && isRecord(secret)) {
    // The documented call answers the session itself, with the secret inside it.
    return { value: readValue(secret['value'], noToken), ...readExpiry(secret), session };
  }
  if (raw['error'] !== undefined && raw['error'] !== null) throw noToken('the answer holds an error instead');
  return {
    value: readValue(raw['value'] ?? raw['token'] ?? secret, noToken),
    ...readExpiry(raw),
    session: isRecord(raw['session']) ? (raw['session'] satisfies SessionInfo) : undefined,
  };
}

function noToken(what: string): TokenError {
  return new TokenError(
    'invalid-response',
    `The mint route answered without a usable token: ${what}. Let it answer { value, expires_at }, or set \`parse\`.`,
  );
}
