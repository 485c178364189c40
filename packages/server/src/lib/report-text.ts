/** Most characters of a single value (an error message, a stack frame, an origin) in a line. */
const MAX_VALUE_LENGTH = 200;

/** Limits the work for a value. Cut before redacting: a secret that is cut still starts like a secret. */
const MAX_SCANNED_LENGTH = 4000;

const REDACTED = '(redacted)';

/** Control, format and surrogate characters: they move the cursor, hide text, or split a secret so that no pattern finds it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+ */g;

type SecretPattern = readonly [pattern: RegExp, replacement: string];

/** Patterns of secrets that can be told from an id, and what replaces them. */
const marked: readonly SecretPattern[] = [
  // URL credentials, also if the password contains a slash.
  [/(?<=:\/\/)(?:[^\s/@:]*:\S*|[^\s/?#]*)@/g, `${REDACTED}@`],
  // Values of Authorization headers. "Bearer token" and the like are prose.
  [/\b(Bearer|Basic)[\s:=]+["']?(?!(?:tokens?|auth\w*|realm|schemes?|headers?|credentials?)\b)[\w.~+/=:-]+/gi, `$1 ${REDACTED}`],
  // OpenAI keys and ephemeral tokens, Stripe keys and the like, also in the middle of a word if they are long.
  [/(?<![\p{L}\p{N}])[se]k[-_][\w-]+|[se]k[-_][\w-]{16,}/giu, REDACTED],
  // JSON Web Tokens.
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, REDACTED],
  // Fields of URLs, JSON and headers whose name announces a secret.
  [/((?:key|secret|passw(?:or)?d|token|signature)(?:=|["']\s*:\s*["']))[^\s"',;&]+/gi, `$1${REDACTED}`],
  [/((?:api[-_ ]?key|authorization|cookie)["']?\s*[:=]\s*["']?)(?!\(redacted|Bearer|Basic)[^\s"',;&]+/gi, `$1${REDACTED}`],
]; // prettier-ignore

/** Too many matches are harmless, a missed one is not. The last one is for keys without a prefix, such as those of Azure. */
const secrets: readonly SecretPattern[] = [...marked, [/\b(?=\w*\d)(?=\w*[a-z])[a-z\d]{32,}\b/gi, REDACTED]];

function toPrintable(text: string): string {
  return text.slice(0, MAX_SCANNED_LENGTH).replace(LINE_BREAKS, ' ').replace(UNPRINTABLE, '');
}

/** Removes control characters and secrets from a text. */
export function redact(text: string): string {
  return secrets.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    toPrintable(text),
  );
}

/** Whether a text contains something that looks like a secret. */
export function looksSecret(text: string): boolean {
  return redact(text) !== toPrintable(text);
}

const MAX_REQUEST_ID_LENGTH = 128;

/** Letters, digits and the punctuation of UUIDs, trace ids and the ids of proxies. No quotes, spaces or control characters. */
const REQUEST_ID = new RegExp(`^[\\w.:;=/+~-]{1,${MAX_REQUEST_ID_LENGTH}}$`);

/**
 * Whether a text can be the id of a request: at most 128 characters that are safe in headers and logs, and nothing that looks like a key,
 * an ephemeral token or a JSON Web Token. An id of 32 hexadecimal digits, as nginx makes them, is valid.
 */
export function isRequestId(text: string): boolean {
  return (
    REQUEST_ID.test(text) &&
    marked.every(([pattern, replacement]) => text.replace(pattern, replacement) === text)
  );
}

/** Makes a value from a request or an error safe to print: one line without secrets, at most 200 characters. */
export function scrub(text: string): string {
  const safe = redact(text).trim();
  return safe.length <= MAX_VALUE_LENGTH ? safe : `${safe.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}

/** What is read of a thrown value. Each member can be anything. */
type ErrorLike = Partial<Record<'name' | 'message' | 'code' | 'stack' | 'cause', unknown>>;

const MAX_CAUSES = 3;

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null;
}

/** The first line of the stack that is neither of the runtime nor of a library: where the owner looks first. */
function firstOwnFrame(stack: unknown): string {
  const frames = isText(stack) ? stack.split('\n').filter((line) => /^\s*at .*:\d+/.test(line)) : [];
  const own = frames.find((frame) => !/node:|[\\/]node_modules[\\/]|\bext:|\bnative:/.test(frame));
  return own === undefined ? '' : ` ${scrub(own)}`;
}

function describeMessage({ name, message, code }: ErrorLike): string {
  // Node's AggregateError of a refused connection has a code and no message.
  const text = [message, code].find(isText) ?? 'no message';
  return `${isText(name) ? name : 'Object'}: ${text}`;
}

/** The messages of an error and its causes: `fetch failed` says nothing, its cause names the address that refused. */
function messagesOf(thrown: ErrorLike): readonly string[] {
  const messages = [describeMessage(thrown)];
  let { cause } = thrown;
  for (let depth = 1; depth < MAX_CAUSES && isErrorLike(cause); depth += 1) {
    messages.push(describeMessage(cause));
    ({ cause } = cause);
  }
  return messages;
}

/**
 * Describes what a hook threw in one line without secrets: name, message, causes and where it was thrown.
 *
 * @param known - Secrets of the server, which no pattern may recognize.
 */
export function describeError(thrown: unknown, known: readonly string[] = []): string {
  const clean = (text: string): string =>
    scrub(known.reduce((result, secret) => result.replaceAll(secret, REDACTED), text));
  try {
    if (!isErrorLike(thrown)) return `${typeof thrown}: ${clean(String(thrown))}`;
    const [message = '', ...causes] = messagesOf(thrown).map(clean);
    return `${message}${causes.map((cause) => ` (cause: ${cause})`).join('')}${firstOwnFrame(thrown.stack)}`;
  } catch {
    return 'An error that cannot be read.';
  }
}

/** Describes what was thrown, if anything was. */
export function describeCause(cause: unknown, known: readonly string[] = []): string | undefined {
  return cause === undefined ? undefined : describeError(cause, known);
}

/** Adds an error to an event as a member that loggers do not print. */
export function withCause<E extends object>(event: E, cause: unknown): E & { readonly cause?: unknown } {
  return cause === undefined ? event : Object.defineProperty(event, 'cause', { value: cause });
}
