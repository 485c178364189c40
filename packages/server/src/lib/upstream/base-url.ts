import { isLoopbackAddress } from '../address.ts';

export const OPENAI_BASE_URL = 'https://api.openai.com/v1';

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''));
}

/**
 * Checks a base URL and returns it without a trailing slash.
 *
 * @param name - What the error message calls the URL.
 * @throws TypeError If it is not HTTPS (or HTTP to a loopback host), or contains credentials, a query or a fragment.
 */
export function checkBaseUrl(text: unknown, name: string): string {
  if (typeof text !== 'string' || !URL.canParse(text))
    throw new TypeError(`${name} is not a URL; use a URL such as "https://host/v1".`);
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!isSafe) throw new TypeError(`${name} must use https; http is for loopback hosts only.`);
  const extras = [url.username, url.password, url.search, url.hash];
  if (extras.some((extra) => extra !== '') || /[?#]/.test(text)) {
    throw new TypeError(`${name} must not contain a user name, password, query or fragment; remove them.`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Checks the full address of a call. A query is valid here, because some APIs keep their version in it. */
export function checkCallUrl(text: unknown, name: string): void {
  const [address] = typeof text === 'string' ? text.split('?', 1) : [text];
  checkBaseUrl(address, name);
  if (String(text).includes('#')) throw new TypeError(`${name} must not contain a fragment; remove it.`);
}

/** Adds `/v1` to an origin. A base URL with a path is used unchanged, so `https://host` and `https://host/v1` both work. */
function apiRoot(base: string): string {
  return new URL(base).pathname === '/' ? `${base}/v1` : base;
}

export function realtimeUrl(
  base: string,
  call:
    | 'client_secrets'
    | 'sessions'
    | 'transcription_sessions'
    | 'calls'
    | 'translations/client_secrets'
    | 'translations/calls',
): string {
  return `${apiRoot(base)}/realtime/${call}`;
}

export function liveUrl(base: string): string {
  return `${apiRoot(base)}/live/sessions`;
}

/** Reads the environment variable, where there is one. Deno throws if it may not be read. */
function readBaseUrlVariable(): string | undefined {
  try {
    const value = typeof process === 'undefined' ? undefined : process.env['OPENAI_BASE_URL']?.trim();
    return value === '' ? undefined : value;
  } catch {
    return undefined;
  }
}

/**
 * Returns a function that reads the base URL at each call, so that a `.env` file may be loaded after the handler is created.
 *
 * @param toTarget - Derives what depends on the base URL. Called again only if the environment variable changes.
 */
export function createBaseUrlReader<T>(
  baseUrl: string | undefined,
  toTarget: (baseUrl: string) => T,
): () => T {
  if (baseUrl !== undefined) {
    const target = toTarget(checkBaseUrl(baseUrl, 'The upstream address `baseUrl`'));
    return () => target;
  }
  let last: { readonly variable: string | undefined; readonly target: T } | undefined;
  return () => {
    const variable = readBaseUrlVariable();
    if (last?.variable !== variable || last === undefined) {
      const base = checkBaseUrl(variable ?? OPENAI_BASE_URL, 'The upstream address in OPENAI_BASE_URL');
      last = { variable, target: toTarget(base) };
    }
    return last.target;
  };
}

const AZURE_HOST = /\.(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$/;

/** The address to which `/openai/v1` is added. The portal shows it with that path, a gateway has a path of its own. */
export function azureRoot(endpoint: string): string {
  const base = checkBaseUrl(endpoint, 'The upstream address `endpoint`').replace(/\/openai(?:\/v1)?$/, '');
  const { hostname, pathname } = new URL(base);
  if (!AZURE_HOST.test(hostname) || pathname === '/') return base;
  throw new TypeError(
    `endpoint must be the address of the resource without a path: "https://${hostname}"; only a gateway has one.`,
  );
}
