import { isLoopbackAddress } from '../address.ts';
import { isHeaderValue } from '../validate.ts';

/** The create-session call that an upstream supports. */
export type UpstreamApi = 'client_secrets' | 'sessions';

/** The provider that issues tokens. Created by `openai()`, `azure()` and `compatible()`. */
export interface Upstream {
  /** Full address of the create-session call. HTTPS, or HTTP to a loopback host. */
  readonly url: string;
  /**
   * Full address of the call for transcription sessions, if it is a separate call: `transcription_sessions`, the sibling of the
   * documented `sessions` call. Without it, an upstream of that generation can open conversations only.
   */
  readonly transcriptionUrl?: string;
  /** The generation of parameters that it accepts. */
  readonly api: UpstreamApi;
  /** How the API key is sent: `Authorization: Bearer …` or the header `api-key`. */
  readonly credential: 'bearer' | 'api-key';
  /** Format of this issuer's tokens. A response with any other token is rejected as invalid. */
  readonly token: RegExp;
  /** Additional fixed headers, such as `OpenAI-Project`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The request to the upstream. */
export interface MintRequest {
  /** The call. Upstreams that support `sessions` have a separate call for transcription. */
  readonly api: UpstreamApi | 'transcription_sessions';
  /** Valid by the schema of the call. */
  readonly body: object;
  /** Requested lifetime of the token. */
  readonly ttlSeconds: number;
}

/** Options of {@link openai}. */
export interface OpenAiOptions {
  /** Organization to bill, sent as `OpenAI-Organization`. Default: the organization of the key. */
  readonly organization?: string;
  /** Project to bill, sent as `OpenAI-Project`. Default: the project of the key. */
  readonly project?: string;
}

/** Options of {@link azure}. */
export interface AzureOptions {
  /** Address of the resource, such as `https://my-resource.openai.azure.com`. */
  readonly endpoint: string;
  /**
   * How `apiKey` is sent: a resource key in the header `api-key` (default), or an Entra token as `bearer`. Entra tokens are
   * short-lived, so pass `apiKey` as a function that returns a current one.
   */
  readonly credential?: 'api-key' | 'bearer';
}

/** Options of {@link compatible}. */
export interface CompatibleOptions {
  /**
   * Base URL of the API: `https://host/v1`, or an origin, to which `/v1` is added. HTTPS, or HTTP to a loopback host. Without
   * user name, query or fragment. Set it in code; never take it from a request.
   */
  readonly baseUrl: string;
  /** The call it supports: `client_secrets` (default), or the older documented `sessions` (with `transcription_sessions`). */
  readonly api?: UpstreamApi;
}

/** The token format of issuers without a fixed prefix: safe in a header or a subprotocol, and never a standing key (`sk-…`). */
const OPAQUE_TOKEN = /^(?!sk-)[\w.~+/=:-]{8,4096}$/;

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''));
}

/**
 * Checks a base URL and returns it without a trailing slash.
 *
 * @throws TypeError If it is not HTTPS (or HTTP to a loopback host), or contains credentials, a query or a fragment.
 */
function checkBaseUrl(text: string): string {
  if (!URL.canParse(text))
    throw new TypeError('The upstream address is not a URL; use a URL such as "https://host/v1".');
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!isSafe) throw new TypeError('The upstream address must use https; http is for loopback hosts only.');
  const extras = [url.username, url.password, url.search, url.hash];
  if (extras.some((extra) => extra !== '') || /[?#]/.test(text)) {
    throw new TypeError(
      'The upstream address must not contain a user name, password, query or fragment; remove them.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Checks the full address of a create-session call. A query is valid here, because some APIs keep their version in it. */
function checkCallUrl(text: string): void {
  checkBaseUrl(text.split('?', 1)[0] ?? '');
  if (text.includes('#')) throw new TypeError('The upstream address must not contain a fragment; remove it.');
}

/**
 * Checks the addresses of an upstream, which may be written by hand, so that the API key is only ever sent over TLS.
 *
 * @throws TypeError If an address is not HTTPS (or HTTP to a loopback host), or contains credentials or a fragment.
 */
export function checkUpstream(upstream: Upstream): Upstream {
  checkCallUrl(upstream.url);
  if (upstream.transcriptionUrl !== undefined) checkCallUrl(upstream.transcriptionUrl);
  return upstream;
}

/** Adds `/v1` to an origin. A base URL with a path is used unchanged, so `https://host` and `https://host/v1` both work. */
function callUrl(base: string, call: UpstreamApi | 'transcription_sessions'): string {
  const root = new URL(base).pathname === '/' ? `${base}/v1` : base;
  return `${root}/realtime/${call}`;
}

/**
 * OpenAI's live create-session call, `POST https://api.openai.com/v1/realtime/client_secrets`. The default upstream.
 *
 * @param options - The organization and project to bill.
 * @throws TypeError If an id contains anything but visible ASCII.
 */
export function openai(options: OpenAiOptions = {}): Upstream {
  const headers: Record<string, string> = {};
  if (options.organization !== undefined) headers['OpenAI-Organization'] = options.organization;
  if (options.project !== undefined) headers['OpenAI-Project'] = options.project;
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeaderValue(value))
      throw new TypeError(`${name} must be visible ASCII; copy the id from the dashboard.`);
  }
  return {
    url: 'https://api.openai.com/v1/realtime/client_secrets',
    api: 'client_secrets',
    credential: 'bearer',
    token: /^ek_[\w-]{1,4093}$/,
    headers,
  };
}

/**
 * Azure OpenAI's create-session call, `POST {endpoint}/openai/v1/realtime/client_secrets`. The `model` of the session is the
 * name of your deployment.
 *
 * @param options - The resource and how to authenticate.
 * @throws TypeError If the endpoint is not a plain HTTPS address.
 */
export function azure(options: AzureOptions): Upstream {
  const endpoint = new URL(checkBaseUrl(options.endpoint)).origin;
  return {
    url: `${endpoint}/openai/v1/realtime/client_secrets`,
    api: 'client_secrets',
    credential: options.credential ?? 'api-key',
    token: OPAQUE_TOKEN,
    headers: {},
  };
}

/**
 * Any API that supports one of the two create-session calls, such as a gateway or a local emulator.
 *
 * @param options - Its address and the call it supports.
 * @throws TypeError If the address is not plain HTTPS (or HTTP to a loopback host).
 */
export function compatible(options: CompatibleOptions): Upstream {
  const api = options.api ?? 'client_secrets';
  const base = checkBaseUrl(options.baseUrl);
  return {
    url: callUrl(base, api),
    ...(api === 'sessions' ? { transcriptionUrl: callUrl(base, 'transcription_sessions') } : {}),
    api,
    credential: 'bearer',
    token: OPAQUE_TOKEN,
    headers: {},
  };
}
