import { TokenError } from '../token-error.ts';

/** ISO 8601 with a time zone, as also Python and Ruby print it, or an HTTP date. The meaning of any other text depends on the machine. */
const ZONED_DATE = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/;
const HTTP_DATE = /^[a-z]{3,9}, .* GMT$/i;
/** Smaller numbers are unix seconds, others are milliseconds. */
const SECONDS_BELOW = 1e11;
/** A standing API key anywhere in a response that was converted to JSON. */
const STANDING_KEY = /(?:^|[^\w-]|\\[nrt])sk-(?=[\w-]*\d)[\w-]{12,}/i;
/** Texts that are no token. */
const DEFECTS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'the token is empty'],
  [/^</, 'the response is a web page'],
  [/\s/, 'the token contains white space'],
  [/["'`{}[\]\\]|^(null|undefined|NaN|true|false)$/, 'the token is encoded or a word'],
];
/** Where HTTP clients and routes put a response into another object. */
const WRAPPERS = ['data', 'body', 'result', 'response', 'payload', 'token', 'value', 'session'];

/** The session that came with a token, as far as this package knows it. Issuers may add fields. */
export interface SessionInfo {
  /** The session's id, `sess_…`. */
  readonly id?: string;
  /** The type of the wire object, for example `realtime.session`. */
  readonly object?: string;
  /** `realtime` or `transcription`. */
  readonly type?: string;
  /** The selected model, often a dated snapshot of the requested one. */
  readonly model?: string;
  /** Any other field that the mint route returned. */
  readonly [field: string]: unknown;
}

/** A token as parsed from a response. */
export interface ParsedToken<Session = SessionInfo> {
  /** The secret, not empty. */
  readonly value: string;
  /** Absolute expiry on the server's clock, in milliseconds since 1970, if the response has one. */
  readonly expiresAtMs?: number | undefined;
  /** Lifetime from the moment of minting, in milliseconds, if the response has one. Takes precedence over `expiresAtMs`. */
  readonly expiresInMs?: number | undefined;
  /** The session that came with the token. */
  readonly session?: Session | undefined;
  /** The URL that calls with this token are posted to: absolute, `http:` or `https:`, without credentials. Default: OpenAI's. */
  readonly callsUrl?: string | undefined;
}

/** Parses the mint route's response: a function that throws on an invalid one, or any Standard Schema with this output. */
export type TokenParser<Session = SessionInfo> =
  | ((raw: unknown) => ParsedToken<Session> | Promise<ParsedToken<Session>>)
  | StandardSchema<ParsedToken<Session>>;

/** The part of the Standard Schema interface (zod, valibot, arktype …) that this package uses. */
export interface StandardSchema<Output = unknown> {
  /** The schema's standard properties. */
  readonly '~standard': {
    /** Version of the interface. */
    readonly version: 1;
    /** Name of the schema library. */
    readonly vendor: string;
    /** Validates a value, synchronously or asynchronously. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** Types only. */
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of a validation. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

/** A validation issue. */
export interface StandardIssue {
  /** Description of the issue. */
  readonly message: string;
  /** Path to the invalid value. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns `undefined` for invalid JSON. The parser's own error is dropped because it quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // declared as `any`
  } catch {
    return undefined;
  }
}

/** Decodes a text that is JSON itself: a response that was encoded twice. */
export function decodeText(raw: unknown): unknown {
  const decoded = typeof raw === 'string' ? parseJson(raw) : undefined;
  return decoded === undefined || typeof decoded === 'number' ? raw : decoded;
}

/** Reads a date with a time zone, in milliseconds since 1970. */
export function parseDate(date: unknown): number | undefined {
  if (typeof date !== 'string') return undefined;
  const iso = date
    .replace(' ', 'T')
    .replace(/ ?UTC$/, 'Z')
    .replace(' ', '');
  if (ZONED_DATE.test(iso)) return toPositive(Date.parse(iso));
  return HTTP_DATE.test(date) ? toPositive(Date.parse(date)) : undefined;
}

/** Parses a response with the chosen parser, and validates the result. */
export function parseToken<S>(parse: TokenParser<S>, raw: unknown): ParsedToken<S> | Promise<ParsedToken<S>> {
  try {
    rejectStandingKeys(raw);
    const isFunction = typeof parse === 'function';
    const result: unknown = isFunction ? parse(raw) : parse['~standard'].validate(raw);
    const toParsed = (output: unknown): ParsedToken<S> =>
      validateParsed(isFunction ? output : unwrapResult(output));
    return result instanceof Promise ? result.then(toParsed).catch(rethrow) : toParsed(result);
  } catch (thrown) {
    return rethrow(thrown);
  }
}

/**
 * Parses OpenAI's responses and the common variations of them: `{ value, expires_at, session }`, a session object with
 * `client_secret: { value, expires_at }`, `{ token | value, expiresAt | expires_at | expires_in }`, and a bare string.
 * Reads an expiry only from the object that holds the value: `session.expires_at` is something else, and usually 0.
 */
export function parseOpenAI(raw: unknown): ParsedToken {
  const response = readObject(raw, notFound);
  if (typeof response === 'string') return { value: readValue(response, notFound) };
  const { client_secret: secret, calls_url, ...session } = response;
  const { value, token } = response;
  if (!value && isRecord(secret)) {
    // The documented `sessions` call returns the session itself, with the secret in it.
    const callsUrl = readCallsUrl(calls_url);
    return { value: readValue(secret['value'], notFound), ...readExpiry(secret), session, callsUrl };
  }
  return {
    value: readValue(value ?? token ?? secret, notFound, findWrapper(response)),
    ...readExpiry(response),
    session: isRecord(response['session']) ? (response['session'] satisfies SessionInfo) : undefined,
    callsUrl: readCallsUrl(calls_url),
  };
}

/**
 * Returns the object or the text that holds a token.
 *
 * @param toError - Creates the error from a clause that describes the problem.
 */
export function readObject(
  raw: unknown,
  toError: (problem: string) => TokenError,
): Record<string, unknown> | string {
  const response = decodeText(raw);
  if (typeof response === 'string') return response;
  if (!isRecord(response)) throw toError('the response is not a JSON object');
  if (response['error']) throw toError('the response contains an error');
  return response;
}

/** Describes where a token is if the response contains it in another object. */
function findWrapper(response: Record<string, unknown>): string | undefined {
  const name = WRAPPERS.find((field) => {
    const inner = decodeText(response[field]);
    return isRecord(inner) && (inner['value'] ?? inner['token'] ?? inner['client_secret']);
  });
  return name && `the token is inside \`${name}\`, so return only that part`;
}

/** Returns the address for calls, or `undefined` if the response has none. */
function readCallsUrl(url: unknown): string | undefined {
  if (url === undefined || url === null) return undefined;
  if (typeof url === 'string' && isHttpUrl(url)) return url;
  throw unusable(
    'calls_url is not an absolute http or https URL without credentials. Correct it, or omit it.',
  );
}

/** Does not read the properties of `URL`, which React Native implements only in part. */
function isHttpUrl(url: string): boolean {
  if (!/^https?:\/\/[^\s/?#@\\]+([/?#]\S*)?$/i.test(url)) return false;
  try {
    return !!new URL(url);
  } catch {
    return false;
  }
}

/**
 * Reads the field that holds a token, and trims it.
 *
 * @param toError - Creates the error from a clause that describes the problem without quoting the value.
 * @param whenMissing - The clause if there is no value.
 */
export function readValue(
  value: unknown,
  toError: (problem: string) => TokenError,
  whenMissing = 'the token is missing',
): string {
  if (typeof value !== 'string') throw toError(whenMissing);
  const trimmed = value.trim();
  const defect = DEFECTS.find(([pattern]) => pattern.test(trimmed));
  if (defect) throw toError(defect[1]);
  return trimmed;
}

/**
 * Reads an expiry: `expires_in`, `expires_in_seconds` or `expiresIn` (seconds from minting), and `expires_at` or
 * `expiresAt` (unix seconds, unix milliseconds, or a date with a time zone). Ignores 0, negative numbers, dates without a
 * time zone and unreadable values.
 *
 * @param fields - The object that holds the token's value.
 */
export function readExpiry(
  fields: Record<string, unknown>,
): Pick<ParsedToken<unknown>, 'expiresAtMs' | 'expiresInMs'> {
  const seconds = fields['expires_in'] ?? fields['expires_in_seconds'] ?? fields['expiresIn'];
  const date = fields['expires_at'] ?? fields['expiresAt'];
  const number = toPositive(date) ?? parseDate(date);
  return {
    expiresInMs: toPositive((toPositive(seconds) ?? 0) * 1000),
    expiresAtMs: number && number < SECONDS_BELOW ? number * 1000 : number,
  };
}

/** Rejects a standing API key, regardless of the parser that read it. */
export function rejectStandingKey(value: string): void {
  if (!/^\W*(bearer )?sk-/i.test(value) && !STANDING_KEY.test(value)) return;
  throw new TokenError(
    'standing-key-leaked',
    'The mint route returned a standing API key. Revoke it now, and return an ephemeral token from the route.',
    { fatal: true },
  );
}

/** Rejects a response with a standing API key in any field. */
function rejectStandingKeys(raw: unknown): void {
  let text: string;
  try {
    text = JSON.stringify(raw);
  } catch {
    return; // A cyclic object: only its value is checked, once it is parsed.
  }
  if (STANDING_KEY.test(text)) rejectStandingKey(text);
}

function unwrapResult(result: unknown): unknown {
  const { issues, value } = result as { issues?: readonly StandardIssue[]; value?: unknown }; // by the interface
  if (issues) throw invalid(`parse rejected ${issues.map(describePath).join(', ')}`);
  return value;
}

/** Only the path: messages of schema libraries may quote the value. */
function describePath({ path = [] }: StandardIssue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length > 0 ? `"${keys.join('.')}"` : 'the response';
}

function validateParsed<S>(parsed: unknown): ParsedToken<S> {
  const { value, expiresAtMs, expiresInMs, callsUrl } = isRecord(parsed) ? parsed : {};
  if (typeof value !== 'string' || !value.trim()) throw invalid('parse returned no value');
  rejectStandingKey(value);
  for (const ms of [expiresAtMs ?? 1, expiresInMs ?? 1]) {
    if (toPositive(ms) !== ms) throw invalid('parse returned an invalid expiry');
  }
  readCallsUrl(callsUrl);
  return parsed as ParsedToken<S>; // validated above, except for the session, whose type the parser asserts
}

function rethrow(thrown: unknown): never {
  if (TokenError.is(thrown)) throw thrown;
  throw invalid('parse threw an error', thrown);
}

function invalid(problem: string, cause?: unknown): TokenError {
  return unusable(`${problem}. Check the response and the parse option.`, cause);
}

function notFound(problem: string): TokenError {
  return unusable(`${problem}. Return { value, expires_at } from the route, or set \`parse\`.`);
}

export function unusable(problemAndRemedy: string, cause?: unknown): TokenError {
  return new TokenError('invalid-response', `The mint route returned no usable token: ${problemAndRemedy}`, {
    cause,
  });
}

function toPositive(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number < Infinity ? number : undefined;
}
