import { ProblemError } from '../problem.ts';
import { originRemedy } from '../report-remedies.ts';

const HOST = /^(?:\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::\d{1,5})?$/i;
const knownSites: ReadonlySet<string> = new Set(['same-origin', 'same-site', 'cross-site', 'none']);

export interface RequestTarget {
  /** Host and port in lower case, from `Host` (or `:authority`), never from the request line. */
  readonly host: string;
  /** `https:` if the connection uses TLS. `http:` can still be HTTPS behind a proxy. */
  readonly protocol: string;
}

/**
 * Reads where the request was sent to. The `Host` header wins over the request line: an absolute or `//` request target must
 * not be able to pose as the page's own origin. A browser lets a page control neither.
 *
 * @throws ProblemError `bad_request` if either is malformed.
 */
export function readTarget(request: Request): RequestTarget {
  const host = request.headers.get('host');
  const { url } = request;
  if ((host !== null && !HOST.test(host)) || !URL.canParse(url)) throw new ProblemError('bad_request');
  const protocol = url.slice(0, url.indexOf(':') + 1).toLowerCase();
  return { host: (host ?? new URL(url).host).toLowerCase(), protocol };
}

function isSameHost(origin: string, target: RequestTarget): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  // Browsers send the serialized origin. If parsing changes it, a browser did not send it.
  if (url.origin !== origin || url.host !== target.host) return false;
  // Behind a proxy that terminates TLS, the connection is HTTP. Only a request known to use TLS requires an https origin.
  return target.protocol === 'https:' ? url.protocol === 'https:' : /^https?:$/.test(url.protocol);
}

function isTrusted(headers: Headers, allowed: ReadonlySet<string>, target: RequestTarget): boolean {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (origin === 'null' || (site !== null && !knownSites.has(site))) return false;
  if (origin !== null && allowed.has(origin)) return true;
  if (site !== null && site !== 'none') return site === 'same-origin';
  // Browsers send `none` for the address bar, without an origin, and for an extension with permissions for this host, with its origin.
  if (origin !== null) return isSameHost(origin, target);
  // With neither header, it is not a browser request. With a cookie, it could still come from an old browser, forged by another site.
  return site === 'none' || !headers.has('cookie');
}

/**
 * Refuses requests from pages of other origins. Checks Fetch Metadata first, then `Origin` against the allowlist and the host.
 *
 * @param allowed - Serialized origins that are allowed in addition to the same origin.
 * @throws ProblemError `origin_forbidden`.
 */
export function checkOrigin(request: Request, allowed: ReadonlySet<string>, target: RequestTarget): void {
  if (isTrusted(request.headers, allowed, target)) return;
  const origin = request.headers.get('origin') ?? undefined;
  throw new ProblemError('origin_forbidden', { remedy: originRemedy(request, target), origin });
}

/** The origin of an app shell or a browser extension, such as `capacitor://localhost` or `chrome-extension://…`. */
const APP_ORIGIN = /^(?!(?:https?|wss?|ftp|file):)[a-z][a-z\d+.-]*:\/\/[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?$/;

/** The origin of a web page, as a browser would serialize it. */
function webOrigin(text: string): string | undefined {
  // URL parsers accept a wildcard as a host name, but it would never match.
  if (!URL.canParse(text) || text.includes('*')) return undefined;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol) ? origin : undefined;
}

/**
 * Checks an entry of `allowedOrigins` when the handler is created. It is compared exactly with the header `Origin`.
 *
 * @throws TypeError If no client can have this origin.
 */
export function checkAllowedOrigin(origin: string): string {
  const serialized = webOrigin(origin);
  if (serialized === origin || APP_ORIGIN.test(origin)) return origin;
  const remedy =
    origin === 'null' || origin.startsWith('file:')
      ? 'sandboxed frames and files of every author share it; serve the page over HTTP or HTTPS.'
      : `write it like "${serialized ?? 'https://app.example.com'}", without a path or slash.`;
  throw new TypeError(`allowedOrigins: "${origin}" is not a serialized origin; ${remedy}`);
}
