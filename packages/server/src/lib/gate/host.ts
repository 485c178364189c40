import { Refusal } from '../errors/refusal.ts';

const HOST = /^(?:\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::\d{1,5})?$/i;

/** Where the request was sent to. */
export interface RequestTarget {
  /** Host and port, lower case, as the client named them in `Host` (or `:authority`), never from the request line. */
  readonly host: string;
  /** `https:` when the transport says so; `http:` may still be HTTPS behind a proxy. */
  readonly protocol: string;
}

/**
 * Reads where the request was sent to. The `Host` header wins over the request line: a browser controls neither, but
 * an absolute or `//` target must not be able to pose as the page's own origin.
 *
 * @throws Refusal `bad_request` when either is malformed.
 */
export function targetOf(request: Request): RequestTarget {
  const host = request.headers.get('host');
  const { url } = request;
  if ((host !== null && !HOST.test(host)) || !URL.canParse(url)) throw new Refusal('bad_request');
  const protocol = url.slice(0, url.indexOf(':') + 1).toLowerCase();
  return { host: (host ?? new URL(url).host).toLowerCase(), protocol };
}
