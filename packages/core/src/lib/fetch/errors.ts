import { clampRetryAfterMs } from '../state/schedule.ts';
import { TokenError, type TokenErrorInit } from '../token-error.ts';
import { decodeText, isRecord, parseDate } from '../token/parse.ts';

/**
 * A failed `fetch`: the error codes of Node, undici, Bun and axios, or the text of the error where nothing else shows it.
 * Safari translates the text, but its TypeError has no stack, unlike one that was thrown by a script.
 */
const NETWORK_FAILURE =
  /^(E(CONN|NET|HOST|PIPE|TIMEDOUT|NOTFOUND|AI_)|ERR_NETWORK|ERR_INTERNET|UND_ERR|Connection|FailedToOpenSocket|(Abort|Network|Timeout)Error|TypeError.*(fetch|network|load failed|terminated|connection|ECONN|sending request)|Error: network connection lost)/i;
/** Fields in which HTTP clients keep a response, its body, or the error below theirs. */
const LINKS = ['cause', 'context', 'response', 'error', 'data', 'body', 'meta'];
const STATUS_FIELDS = ['status', 'statusCode', 'httpStatus'];

/** Statuses below 500 for which a retry may succeed. */
const RETRYABLE: readonly number[] = [408, 425, 429];
/** Error codes of the API for which waiting does not help. */
const EXHAUSTED: readonly (string | undefined)[] = ['insufficient_quota', 'credit_balance_exhausted'];
/** Error codes and types that mean a refusal, where no status shows it. */
const REFUSAL = /\b(invalid_|unauth|forbidden|permission|authentication)/;

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'Sign the user in, then call reset().',
  403: 'Check that this user and origin may mint tokens.',
  404: 'Check the URL passed to endpoint().',
  405: 'Accept POST in the route.',
  429: 'Call again later, after retryAfterMs if it is set. While there is a lease, the manager does so by itself.',
};

/** An error, a response or a body, as different HTTP clients connect them. */
type Node = Record<string, unknown>;

type HttpDetails = Pick<TokenErrorInit, 'retryAfterMs' | 'requestId'> & {
  readonly status: number | undefined;
  readonly apiCode: string | undefined;
  readonly isRedirected: boolean;
};

/**
 * Converts anything that a fetcher or parser threw. Keeps a `TokenError`, unless the response that could not be parsed
 * contains an error.
 *
 * @param body - The response, if there was one.
 */
export async function toTokenError(thrown: unknown, nowMs: number, body?: unknown): Promise<TokenError> {
  const isKnown = TokenError.is(thrown);
  if (isKnown && thrown.code !== 'invalid-response') return thrown;
  const nodes = await collectNodes(isKnown ? body : thrown).catch(() => []); // a getter of the error may throw
  const details = readDetails(nodes, nowMs);
  const { status, apiCode } = details;
  if (status !== undefined) return toHttpError(status, details);
  if (!isKnown) return toThrownError(thrown, nodes);
  return apiCode && nodes[0]?.['error'] ? toPassedOnError(apiCode, nodes) : thrown;
}

/** An error of the API that a route passed on without its status. */
function toPassedOnError(apiCode: string, nodes: readonly Node[]): TokenError {
  const isRefusal = nodes.some((node) => REFUSAL.test(`${String(node['type'])} ${String(node['code'])}`));
  return new TokenError(
    'invalid-response',
    `The mint route returned an error (${apiCode}) instead of a token. Return errors with their status.`,
    { apiCode, fatal: isRefusal || EXHAUSTED.includes(apiCode) },
  );
}

function toThrownError(cause: unknown, nodes: readonly Node[]): TokenError {
  const known: unknown = nodes.find(TokenError.is);
  if (TokenError.is(known)) return known;
  if (!nodes.some(isNetworkFailure)) {
    return new TokenError('fetcher', 'The token fetcher threw an error. Fix its cause.', { cause });
  }
  const remedy = getOriginRemedy(nodes[0]?.['url']);
  return new TokenError(
    'network',
    `The mint route could not be reached. Check the connection and the URL.${remedy}`,
    { cause },
  );
}

/** The origin of this page, if there is one. */
function getPageOrigin(): string | undefined {
  return (globalThis.location as Location | undefined)?.origin;
}

/** A script cannot see whether the network or CORS made a request to another origin fail. */
function getOriginRemedy(url: unknown): string {
  const origin = /^(https?:)?\/\/[^/?#]+/i.exec(String(url))?.[0].toLowerCase();
  if (!origin || (getPageOrigin()?.endsWith(origin) ?? true)) return '';
  return ` For another origin, CORS has to allow the request: add ${describeAllowedOrigin()}.`;
}

/** How to allow this page at the mint route. */
function describeAllowedOrigin(): string {
  return `allowedOrigins: ['${getPageOrigin() ?? 'https://page.example'}'] to createSessionHandler()`;
}

function toHttpError(status: number, details: HttpDetails): TokenError {
  const { apiCode } = details;
  return new TokenError(
    'http',
    `The mint route responded with ${apiCode ? `${status} (${apiCode})` : status}. ${getRemedy(status, details)}`,
    { ...details, status, fatal: isFatalStatus(status, apiCode) },
  );
}

function getRemedy(status: number, { apiCode, isRedirected }: HttpDetails): string {
  if (EXHAUSTED.includes(apiCode)) return 'Add credit to the account of the API key.';
  if (apiCode === 'origin_forbidden') {
    return `Add ${describeAllowedOrigin()}, or set changeOrigin: false in a development proxy.`;
  }
  // A redirect that was not followed, or whose target rejects the request.
  if (status < 400 || (isRedirected && [400, 404, 405, 415].includes(status))) {
    return 'A redirect may have turned the POST into a GET. Pass its target to endpoint().';
  }
  // Often the answer of a proxy, such as Vite's: our routes add a code, other routes may not.
  if (!apiCode && status > 501 && status < 505) {
    return 'Check that the server is running, and look for the request in its log.';
  }
  return REMEDIES[status] ?? 'Look for the request in the log of the server.';
}

/** Whether a retry cannot succeed: every 4xx except 408, 425 and 429, and any status with the code of a used-up quota. */
export function isFatalStatus(status: number, code: string | undefined): boolean {
  return EXHAUSTED.includes(code) || (status < 500 && !RETRYABLE.includes(status));
}

/**
 * Follows the structure of an error or a response, as axios, ky, ofetch, supabase-js and the official SDK build it, from the
 * outside to the inside.
 */
async function collectNodes(raw: unknown): Promise<Node[]> {
  const nodes: Node[] = [];
  const visit = (value: unknown): void => {
    const node = decodeText(value);
    if (!isRecord(node) || nodes.includes(node)) return;
    nodes.push(node);
    for (const link of LINKS) visit(node[link]);
  };
  visit(raw);
  for (const node of [...nodes]) if (typeof node['text'] === 'function') visit(await readText(node));
  return nodes;
}

/** Reads machine-readable details only; no text of a body is kept. The innermost code is the server's. */
function readDetails(nodes: readonly Node[], nowMs: number): HttpDetails {
  const findFirst = <T>(read: (node: Node) => T | undefined): T | undefined =>
    nodes.map(read).find((value) => value !== undefined);
  return {
    status: findFirst(readStatus),
    apiCode: nodes.flatMap((node) => readIdentifier(node, 'code') ?? []).pop(),
    isRedirected: nodes.some((node) => node['redirected']),
    retryAfterMs: findFirst((node) => parseRetryAfter((name) => readHeader(node, name), nowMs)),
    requestId:
      findFirst((node) => readHeader(node, 'x-request-id')) ??
      findFirst((node) => readIdentifier(node, 'request_id')),
  };
}

function isNetworkFailure(node: Node): boolean {
  if (NETWORK_FAILURE.test(String(node['code']))) return true;
  return (
    node instanceof Error &&
    (NETWORK_FAILURE.test(String(node)) || (node.name === 'TypeError' && !node.stack))
  );
}

/** A response that is not `ok` failed with any status: also with that of a redirect. */
function readStatus(node: Node): number | undefined {
  const minStatus = node['ok'] === false && node['headers'] ? 0 : 400;
  return STATUS_FIELDS.map((name) => node[name]).find(
    (status): status is number => typeof status === 'number' && status >= minStatus,
  );
}

/** Reads the body of a response, and leaves it readable for others if possible. */
async function readText(response: Partial<Response>): Promise<unknown> {
  try {
    return await (response.clone?.() ?? response).text?.();
  } catch {
    return undefined; // It was read before, or the connection broke.
  }
}

/** The headers may be `Headers`, or a plain object with lower-case names. */
function readHeader({ headers }: Node, name: string): string | undefined {
  if (!isRecord(headers)) return undefined;
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Returns the delay that `retry-after-ms` (milliseconds) or `retry-after` (seconds or an HTTP date) asks for, or
 * `undefined` if neither is readable.
 *
 * @param nowMs - This machine's time. A date is relative to the `Date` header, or else to it.
 */
export function parseRetryAfter(
  getHeader: (name: string) => string | undefined,
  nowMs: number,
): number | undefined {
  const seconds = parseNumber(getHeader('retry-after'));
  const dateMs = parseDate(getHeader('retry-after'));
  const ms =
    parseNumber(getHeader('retry-after-ms')) ??
    (seconds === undefined ? dateMs && dateMs - (parseDate(getHeader('date')) ?? nowMs) : seconds * 1000);
  return ms === undefined ? ms : clampRetryAfterMs(ms);
}

/** Reads a number, also where a proxy repeated the header: `5, 5`. */
function parseNumber(text = ''): number | undefined {
  const number = /^\d+(\.\d+)?(?=$|, *\d)/.exec(text)?.[0];
  return number === undefined ? undefined : Number(number);
}

/** Returns a field that looks like an identifier. Prose is ignored, so that a message can never contain a body. */
function readIdentifier(node: Node, field: string): string | undefined {
  const value = node[field];
  return typeof value === 'string' && /^(?!sk-|ek_|ERR_)[a-z][\w-]{0,63}$/i.test(value) ? value : undefined;
}
