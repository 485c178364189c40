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
  const parsed = typeof parse === 'function' ? callParser(parse, raw) : callSchema(parse, raw);
  return parsed instanceof Promise ? parsed.then(check) : check(parsed);
}

function callParser<S>(
  parse: (raw: unknown) => ParsedToken<S> | Promise<ParsedToken<S>>,
  raw: unknown,
): ParsedToken<S> | Promise<ParsedToken<S>> {
  try {
    const parsed = parse(raw);
    return parsed instanceof Promise ? parsed.catch(rethrow) : parsed;
  } catch (thrown) {
    return rethrow(thrown);
  }
}

function callSchema<S>(
  schema: Exclude<TokenParser<S>, (raw: unknown) => unknown>,
  raw: unknown,
): ParsedToken<S> | Promise<ParsedToken<S>> {
  const result = schema['~standard'].validate(raw);
  const unwrap = (done: Awaited<typeof result>): ParsedToken<S> => {
    if (done.issues === undefined) return done.value;
    throw unreadable(`parse did not accept ${done.issues.map(pathOf).join(', ')}`);
  };
  return result instanceof Promise ? result.then(unwrap) : unwrap(result);
}

/** Only where, never what: messages of schema libraries may quote the value. */
function pathOf(issue: StandardIssue): string {
  const keys = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length === 0 ? 'the answer' : `"${keys.join('.')}"`;
}

function check<S>(parsed: ParsedToken<S>): ParsedToken<S> {
  if (!isRecord(parsed) || typeof parsed.value !== 'string' || parsed.value.trim() === '') {
    throw unreadable('parse gave no value');
  }
  refuseStandingKey(parsed.value);
  for (const name of ['expiresAtMs', 'expiresInMs'] as const) {
    const ms = parsed[name];
    if (ms !== undefined && !(Number.isFinite(ms) && ms > 0)) {
      throw unreadable(`parse gave ${name} that is not a positive number of milliseconds`);
    }
  }
  return parsed;
}

function rethrow(thrown: unknown): never {
  if (TokenError.is(thrown)) throw thrown;
  throw new TokenError(
    'invalid-response',
    'parse threw an error at the mint route’s answer. Its cause is attached.',
    { cause: thrown },
  );
}

function unreadable(what: string): TokenError {
  return new TokenError(
    'invalid-response',
    `The mint route’s answer holds no usable token: ${what}. Check the route’s answer and the parse option.`,
  );
}
