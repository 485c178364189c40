/** Most characters of a single value (an error message, a stack frame, an origin) in a line. */
const MAX_VALUE_LENGTH = 200;

/** Limits the work for a value. Cut before redacting: a secret that is cut still starts like a secret. */
const MAX_SCANNED_LENGTH = 4000;

const REDACTED = '(redacted)';

/** Control, format and surrogate characters: they move the cursor, hide text, or split a secret so that no pattern finds it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+ */g;

/** Patterns of secrets, and what replaces them. Too many matches are harmless, a missed one is not. */
const secrets: readonly (readonly [RegExp, string])[] = [
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
  // Keys without a prefix, such as those of Azure.
  [/\b(?=\w*\d)(?=\w*[a-z])[a-z\d]{32,}\b/gi, REDACTED],
]; // prettier-ignore

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

/** The messages of the causes: `fetch failed` says nothing, its cause names the address that refused. */
function describeCauses({ cause }: ErrorLike, depth: number): string {
  if (!isErrorLike(cause) || depth >= MAX_CAUSES) return '';
  return ` (cause: ${scrub(describeMessage(cause))})${describeCauses(cause, depth + 1)}`;
}

/** Describes what a hook threw in one line without secrets: name, message, causes and where it was thrown. */
export function describeError(thrown: unknown): string {
  try {
    if (!isErrorLike(thrown)) return `${typeof thrown}: ${scrub(String(thrown))}`;
    return `${scrub(describeMessage(thrown))}${describeCauses(thrown, 1)}${firstOwnFrame(thrown.stack)}`;
  } catch {
    return 'An error that cannot be read.';
  }
}
