import { TokenError } from '../errors/token-error.ts';
import { isRecord } from '../token/is-record.ts';
import type { ParsedToken, TokenParser } from '../token/parsed-token.ts';
import { refuseStandingKey } from '../token/refuse-standing-key.ts';
import type { StandardIssue } from '../token/standard-schema.ts';

/**
 * Reads an answer with whatever parser the user chose, and checks what came out of it.
 *
 * @param parse - A function or a Standard Schema.
 * @param raw - The answer.
 * @throws TokenError `invalid-response`, or `standing-key-leaked`.
 */
export function runParser<S>(parse: TokenParser<S>, raw: unknown): ParsedToken<S> | Promise<ParsedToken<S>> {
  try {
    const isPlain = typeof parse === 'function';
    const parsed: unknown = isPlain ? parse(raw) : parse['~standard'].validate(raw);
    const read = (result: unknown): ParsedToken<S> => check(isPlain ? result : accepted(result));
    return parsed instanceof Promise ? parsed.then(read).catch(rethrow) : read(parsed);
  } catch (thrown) {
    return rethrow(thrown);
  }
}

function accepted(result: unknown): unknown {
  const { issues, value } = result as { issues?: readonly StandardIssue[]; value?: unknown }; // by its contract
  if (issues) throw unreadable(`parse did not accept ${issues.map(place).join(', ')}`);
  return value;
}

/** Only where, never what: messages of schema libraries may quote the value. */
function place({ path = [] }: StandardIssue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length > 0 ? `"${keys.join('.')}"` : 'the answer';
}

function check<S>(parsed: unknown): ParsedToken<S> {
  const { value, expiresAtMs, expiresInMs } = isRecord(parsed) ? parsed : {};
  if (typeof value !== 'string' || !value.trim()) throw unreadable('parse gave no value');
  refuseStandingKey(value);
  for (const ms of [expiresAtMs ?? 1, expiresInMs ?? 1]) {
    if (!(typeof ms === 'number' && ms > 0 && ms < Infinity)) {
      throw unreadable('parse gave an expiry that is not a positive number of milliseconds');
    }
  }
  return parsed as ParsedToken<S>; // checked above; the session is the parser's word
}

function rethrow(thrown: unknown): never {
  if (TokenError.is(thrown)) throw thrown;
  throw unreadable('parse threw an error', thrown);
}

function unreadable(what: string, cause?: unknown): TokenError {
  return new TokenError(
    'invalid-response',
    `The mint route answered without a usable token: ${what}. Check its answer and the parse option.`,
    { cause },
  );
}
