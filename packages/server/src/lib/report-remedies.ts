import type { SessionShutdown } from '@realtime-session/protocol';
import { isLoopbackAddress } from './address.ts';
import { scrub } from './report-text.ts';
import type { RequestTarget } from './request/origin.ts';
import { isRecord } from './validate.ts';

const ORIGIN = /^(?!(?:file|ftp|wss?):)[a-z][a-z\d+.-]*:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/;
const PRIVATE_HOST =
  /^(?:(?:.+\.)?localhost|.+\.local|10\..+|192\.168\..+|172\.(?:1[6-9]|2\d|3[01])\..+|169\.254\..+|\[f[cde].+\])$/i;
const KNOWN_SITE = /^(?:same-origin|same-site|cross-site|none)$/;

/** Whether a text has the form of an origin as browsers serialize it, so that `allowedOrigins` can list it. */
function isOrigin(text: string): boolean {
  if (!ORIGIN.test(text)) return false;
  return !/^https?:/.test(text) || (URL.canParse(text) && new URL(text).origin === text);
}

/** Whether a host, with or without a port, is of this machine or of its local network. */
function isLocalHost(host: string): boolean {
  const hostname = host.replace(/:\d+$/, '');
  return isLoopbackAddress(hostname.replace(/^\[|\]$/g, '')) || PRIVATE_HOST.test(hostname);
}

/** Whether a development proxy seems to have replaced `Host`: the page's own requests would otherwise be same-origin. */
function isHostReplaced(headers: Headers, origin: string, host: string): boolean {
  const [, originHost] = /^https?:\/\/(.+)$/.exec(origin.toLowerCase()) ?? [];
  if (originHost === undefined) return false;
  if (headers.get('x-forwarded-host')?.toLowerCase() === originHost) return true;
  // A browser that sends Sec-Fetch-Site has compared the origins before any proxy.
  return !headers.has('sec-fetch-site') && isLocalHost(originHost) && isLocalHost(host);
}

/** Explains to the owner why the origin of a request was refused, with the entry of `allowedOrigins` to add. */
export function originRemedy({ headers }: Pick<Request, 'headers'>, { host }: RequestTarget): string {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (site !== null && !KNOWN_SITE.test(site)) {
    return 'The header `Sec-Fetch-Site` has an unknown value, so the request cannot be attributed to a page; do not set it.';
  }
  if (origin === null) {
    return 'A request without `Origin` comes from another site, or has a cookie and could come from one; send the header `Origin`, or call without cookies if it is not a page.';
  }
  if (!isOrigin(origin)) {
    return 'The page has no origin that could be allowed (a sandboxed frame, a file, or a malformed `Origin`); serve it over HTTP or HTTPS.';
  }
  const name = scrub(origin);
  const remedy = `The page at ${name} is not of the same origin as this server (Host: ${scrub(host)}). If the page is yours, set \`allowedOrigins: ['${name}']\`.`;
  if (!isHostReplaced(headers, origin, host)) return remedy;
  return `${remedy} If a development proxy forwards its requests, set \`changeOrigin: false\` in the proxy's options instead, so that it keeps the Host header.`;
}

const MAX_SHOWN_KEYS = 5;

/** Names a value by its type. Shows no text of it, because it may describe a user. */
function describeObject(value: object): string {
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Response) return 'a Response';
  const keys = Object.keys(value).slice(0, MAX_SHOWN_KEYS).map(scrub);
  return keys.length === 0
    ? 'an object without `id`'
    : `an object without \`id\` (it has ${keys.join(', ')})`;
}

function describeId(id: unknown): string {
  if (id === null) return 'an `id` that is null';
  if (typeof id !== 'string') return `an \`id\` of type ${typeof id}`;
  return id === '' ? 'an empty `id`' : 'an `id` of more than 512 characters';
}

function describeReturned(value: unknown): string {
  if (isRecord(value) && 'id' in value && value['id'] !== undefined) return describeId(value['id']);
  if (typeof value === 'object' && value !== null) return describeObject(value);
  if (typeof value === 'boolean') return String(value);
  return `a ${typeof value}`;
}

/** Explains to the owner what is wrong with the value that `authorize` returned, and what to return instead. */
export function principalRemedy(value: unknown): string {
  const hasOtherId = isRecord(value) && /^(?:number|bigint)$/.test(typeof value['id']);
  const form = hasOtherId ? '{ id: String(user.id) }' : '{ id: user.id }';
  return `\`authorize\` returned ${describeReturned(value)}; return ${form} with a string of 1..512 characters, or null to refuse the request.`;
}

/** `name` of the errors of `jsonwebtoken`. */
const JSONWEBTOKEN_ERROR = /^(?:TokenExpired|JsonWebToken|NotBefore)Error$/;

/** Explains to the owner that a library refused the user's token, but `authorize` did not. `undefined` for other errors. */
export function refusedTokenRemedy({ code, name }: Record<string, unknown>): string | undefined {
  const isOfJose = typeof code === 'string' && /^ERR_J(?:WT|WS|WE|OSE)_/.test(code);
  if (!isOfJose && !JSONWEBTOKEN_ERROR.test(String(name))) return undefined;
  return '`authorize` threw the error of a token that is expired or not valid, which is answered with 500; use `authorizeJwt()` of `@realtime-session/server/jwt`, or catch the error and return null, so that the page gets 401 and signs in again.';
}

/** What ends when, and what to use instead. */
export function describeShutdown(
  { name, kind, date, replacement, path }: SessionShutdown,
  nowMs: number,
): string {
  const isOver = nowMs >= Date.parse(date);
  const what =
    kind === 'model' ? `The model ${name} (\`${path}\` of the session)` : `The session field \`${name}\``;
  const when = isOver ? `shut down on ${date}` : `shuts down on ${date}`;
  const advice = replacement === undefined ? 'remove it' : `use ${replacement} instead`;
  return `${what} ${when}; ${advice}.`;
}

/** Explains to the owner that the upstream may not know a model because it was shut down. `undefined` if none of the session's models was. */
export function unknownModelRemedy(shutdowns: readonly SessionShutdown[], nowMs: number): string | undefined {
  const models = shutdowns.filter(({ kind }) => kind === 'model');
  if (models.length === 0) return undefined;
  const sentences = models.map((shutdown) => describeShutdown(shutdown, nowMs));
  return ['The upstream does not know a model of the session.', ...sentences].join(' ');
}
