import { Refusal } from '../errors/refusal.ts';
import type { RequestTarget } from './host.ts';

const knownSites: ReadonlySet<string> = new Set(['same-origin', 'same-site', 'cross-site', 'none']);

/** Whether an `Origin` header names the host the request was sent to. */
function isSameHost(origin: string, target: RequestTarget): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  // A browser sends the serialized origin; anything that changes when parsed was not written by one.
  if (url.origin !== origin || url.host !== target.host) return false;
  // Behind a proxy that ends TLS the transport looks like http, so only a known-secure request insists on https.
  return target.protocol === 'https:' ? url.protocol === 'https:' : /^https?:$/.test(url.protocol);
}

/** What the browser says about where the request comes from, or, without its word, what `Origin` says. */
function isTrusted(headers: Headers, allowed: ReadonlySet<string>, target: RequestTarget): boolean {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (origin === 'null' || (site !== null && !knownSites.has(site))) return false;
  if (origin !== null && allowed.has(origin)) return true;
  if (site !== null) return site === 'same-origin' || site === 'none';
  if (origin !== null) return isSameHost(origin, target);
  // No browser in sight. With a cookie it could still be an old one, acting on somebody else's behalf.
  return !headers.has('cookie');
}

/**
 * Keeps other sites' pages out: Fetch Metadata first, then `Origin` against the allowlist and the `Host` header.
 *
 * @param request - Only its headers are read.
 * @param allowed - Serialized origins besides same-origin.
 * @param target - Where the request was sent to.
 * @throws Refusal `origin_forbidden`.
 */
export function checkOrigin(request: Request, allowed: ReadonlySet<string>, target: RequestTarget): void {
  if (!isTrusted(request.headers, allowed, target)) {
    const remedy =
      'A page of another origin asked for a token; add the origin to `allowedOrigins` if it is yours.';
    throw new Refusal('origin_forbidden', { remedy });
  }
}
