import { checkNames, checkOneOf, describeType, isRecord } from '../validate.ts';
import {
  azureRoot,
  checkBaseUrl,
  checkCallUrl,
  createBaseUrlReader,
  OPENAI_BASE_URL,
  realtimeUrl,
} from './base-url.ts';
import { accountHeaders, checkHeaders } from './headers.ts';

/** The create-session call that an upstream supports. */
export type UpstreamApi = 'client_secrets' | 'sessions';

/** The provider that issues tokens. Created by `openai()`, `azure()` and `compatible()`. Its members are read again for each mint. */
export interface Upstream {
  /** Full address of the create-session call. HTTPS, or HTTP to a loopback host. */
  readonly url: string;
  /**
   * Full address of the call for transcription sessions, if it is a separate call: `transcription_sessions`, the sibling of the
   * documented `sessions` call. Without it, an upstream of that generation can open conversations only.
   */
  readonly transcriptionUrl?: string;
  /**
   * Full address to which pages post their SDP offer, sent to them as `calls_url`. HTTPS, or HTTP to a loopback host. Default:
   * not sent, and pages call OpenAI.
   */
  readonly callsUrl?: string | undefined;
  /** The generation of parameters that it accepts. */
  readonly api: UpstreamApi;
  /** How the API key is sent: `Authorization: Bearer …` or the header `api-key`. */
  readonly credential: 'bearer' | 'api-key';
  /** Format of this issuer's tokens. A response with any other token is rejected as invalid. */
  readonly token: RegExp;
  /** Additional fixed headers, such as `OpenAI-Project` or a header that a gateway requires. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The provider that issues tokens for translations. Created by `openaiTranslations()`. Its members are read again for each mint. */
export interface TranslationUpstream extends Omit<Upstream, 'api' | 'transcriptionUrl'> {
  /** The call for translation sessions, whose parameters are not those of other sessions. */
  readonly api: 'translations';
}

export type TokenUpstream = Upstream | TranslationUpstream;

/** The request to the upstream. */
export interface MintRequest {
  /** The call. Upstreams that support `sessions` have a separate call for transcription. */
  readonly api: TokenUpstream['api'] | 'transcription_sessions';
  /** Valid by the schema of the call. */
  readonly body: object;
  /** Requested lifetime of the token. */
  readonly ttlSeconds: number;
}

/** Options that every provider has. */
export interface GatewayOptions {
  /**
   * Additional fixed headers for a gateway, such as `CF-Access-Client-Id` or `x-portkey-virtual-key`. They are sent to the
   * upstream and nowhere else. Headers that the handler sets itself (`Authorization`, `Content-Type` …) are refused. Default: none.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Full address to which pages post their SDP offer, if it is not `realtime/calls` below the address that this server uses.
   * HTTPS, or HTTP to a loopback host.
   */
  readonly callsUrl?: string;
}

/** Options of {@link openai} and {@link openaiTranslations}. */
export interface OpenAiOptions extends GatewayOptions {
  /**
   * Base URL of the API, with or without `/v1`. HTTPS, or HTTP to a loopback host. Default: the environment variable
   * `OPENAI_BASE_URL` if it is set and not empty, else `https://api.openai.com/v1`.
   */
  readonly baseUrl?: string;
  /** Organization to bill, sent as `OpenAI-Organization`. Default: the organization of the key. */
  readonly organization?: string;
  /** Project to bill, sent as `OpenAI-Project`. Default: the project of the key. */
  readonly project?: string;
}

/** Options of {@link azure}. */
export interface AzureOptions extends GatewayOptions {
  /**
   * Address of the resource, such as `https://my-resource.openai.azure.com`, or of a gateway in front of it. The path of a
   * gateway is kept: `/openai/v1/realtime/…` is added to it.
   */
  readonly endpoint: string;
  /**
   * How `apiKey` is sent: a resource key in the header `api-key` (default), or an Entra token as `bearer`. Entra tokens are
   * short-lived, so pass `apiKey` as a function that returns a current one.
   */
  readonly credential?: 'api-key' | 'bearer';
}

/** Options of {@link compatible}. */
export interface CompatibleOptions extends GatewayOptions {
  /**
   * Base URL of the API: `https://host/v1`, or an origin, to which `/v1` is added. HTTPS, or HTTP to a loopback host. Without
   * user name, query or fragment. Set it in code; never take it from a request.
   */
  readonly baseUrl: string;
  /** The call it supports: `client_secrets` (default), or the older documented `sessions` (with `transcription_sessions`). */
  readonly api?: UpstreamApi;
}

/** The token format of OpenAI. */
const OPENAI_TOKEN = /^ek_[\w-]{1,4093}$/;

/** The token format of issuers without a fixed prefix: safe in a header or a subprotocol, and never a standing key (`sk-…`). */
const OPAQUE_TOKEN = /^(?!sk-)[\w.~+/=:-]{8,4096}$/;

/**
 * Checks an upstream, which may be written by hand, so that the API key is only ever sent over TLS.
 *
 * @throws TypeError If an address is not HTTPS (or HTTP to a loopback host), or contains credentials or a fragment, or if a
 * header is malformed.
 */
export function checkUpstream<T extends TokenUpstream>(upstream: T): T {
  const { url, callsUrl, headers, token } = upstream;
  const transcriptionUrl = 'transcriptionUrl' in upstream ? upstream.transcriptionUrl : undefined;
  if (!(token instanceof RegExp))
    throw new TypeError('The upstream member `token` must be a regular expression.');
  checkCallUrl(url, 'The upstream address');
  if (transcriptionUrl !== undefined)
    checkCallUrl(transcriptionUrl, 'The upstream address `transcriptionUrl`');
  if (callsUrl !== undefined) checkCallUrl(callsUrl, 'The upstream address `callsUrl`');
  checkHeaders(headers);
  return upstream;
}

/**
 * Checks the names of a provider's options, and reads those that every provider has.
 *
 * @param names - The provider's own options.
 */
function readGatewayOptions(
  provider: string,
  options: GatewayOptions,
  names: readonly string[],
): Pick<Upstream, 'headers' | 'callsUrl'> {
  const given: unknown = options;
  if (!isRecord(given))
    throw new TypeError(`${provider} needs an object of options, not ${describeType(given)}.`);
  checkNames(provider, options, [...names, 'headers', 'callsUrl']);
  const { headers = {}, callsUrl } = options;
  if (callsUrl !== undefined) checkCallUrl(callsUrl, 'The upstream address `callsUrl`');
  return { headers: checkHeaders(headers), callsUrl };
}

/** What depends on the base URL of OpenAI's API. */
type OpenAiTarget = Pick<Upstream, 'url' | 'callsUrl' | 'token'>;

/** Whether an address is OpenAI's own, also a regional one. */
export function isOpenAiUrl(url: string): boolean {
  return /(?:^|\.)api\.openai\.com$/.test(new URL(url).hostname);
}

function openAiToken(baseUrl: string): RegExp {
  return isOpenAiUrl(baseUrl) ? OPENAI_TOKEN : OPAQUE_TOKEN;
}

function openAiTarget(baseUrl: string): OpenAiTarget {
  const url = realtimeUrl(baseUrl, 'client_secrets');
  if (url === realtimeUrl(OPENAI_BASE_URL, 'client_secrets')) return { url, token: OPENAI_TOKEN };
  return { url, callsUrl: realtimeUrl(baseUrl, 'calls'), token: openAiToken(baseUrl) };
}

/** Pages use another address unless this one is named, so it always is. */
function translationTarget(baseUrl: string): OpenAiTarget {
  return {
    url: realtimeUrl(baseUrl, 'translations/client_secrets'),
    callsUrl: realtimeUrl(baseUrl, 'translations/calls'),
    token: openAiToken(baseUrl),
  };
}

/** What the two providers for OpenAI have in common. */
interface OpenAiProvider<Api extends TokenUpstream['api']> {
  readonly name: string;
  readonly api: Api;
  readonly toTarget: (baseUrl: string) => OpenAiTarget;
}

function createOpenAi<Api extends TokenUpstream['api']>(
  { name, api, toTarget }: OpenAiProvider<Api>,
  options: OpenAiOptions,
): Omit<Upstream, 'api' | 'transcriptionUrl'> & { readonly api: Api } {
  const { headers, callsUrl } = readGatewayOptions(name, options, ['baseUrl', 'organization', 'project']);
  const ownHeaders = accountHeaders(options);
  const target = createBaseUrlReader(options.baseUrl, toTarget);
  return {
    get url() {
      return target().url;
    },
    get callsUrl() {
      return callsUrl ?? target().callsUrl;
    },
    get token() {
      return target().token;
    },
    api,
    credential: 'bearer',
    headers: { ...headers, ...ownHeaders },
  };
}

/**
 * OpenAI's live create-session call, `POST https://api.openai.com/v1/realtime/client_secrets`. The default upstream. Like the
 * official SDK, it uses the address in the environment variable `OPENAI_BASE_URL`, if there is one: an emulator, a gateway, or
 * a regional address. Pages then learn the address for calls from the response (`calls_url`).
 *
 * @param options - The address, and the organization and project to bill.
 * @throws TypeError If the address is not plain HTTPS (or HTTP to a loopback host), or an id contains anything but visible ASCII.
 */
export function openai(options: OpenAiOptions = {}): Upstream {
  return createOpenAi({ name: 'openai()', api: 'client_secrets', toTarget: openAiTarget }, options);
}

/**
 * OpenAI's call for tokens of translation sessions, `POST https://api.openai.com/v1/realtime/translations/client_secrets`. The
 * option `session` then has the parameters of these sessions: `model`, and `audio` with the language of the translation. Like
 * {@link openai}, it uses the address in the environment variable `OPENAI_BASE_URL`, if there is one. The response always contains
 * `calls_url`, because these tokens open calls at `realtime/translations/calls`.
 *
 * @param options - The address, and the organization and project to bill.
 * @throws TypeError If the address is not plain HTTPS (or HTTP to a loopback host), or an id contains anything but visible ASCII.
 *
 * @example
 * ```ts
 * const upstream = openaiTranslations();
 * const session = { model: 'gpt-realtime-translate', audio: { output: { language: 'es' } } };
 * ```
 */
export function openaiTranslations(options: OpenAiOptions = {}): TranslationUpstream {
  const provider = {
    name: 'openaiTranslations()',
    api: 'translations',
    toTarget: translationTarget,
  } as const;
  return createOpenAi(provider, options);
}

/**
 * Azure OpenAI's create-session call, `POST {endpoint}/openai/v1/realtime/client_secrets`. The `model` of the session is the
 * name of your deployment. Pages learn the address for calls from the response (`calls_url`).
 *
 * @param options - The resource and how to authenticate.
 * @throws TypeError If the endpoint is not a plain HTTPS address.
 */
export function azure(options: AzureOptions): Upstream {
  const { headers, callsUrl } = readGatewayOptions('azure()', options, ['endpoint', 'credential']);
  const root = `${azureRoot(options.endpoint)}/openai/v1/realtime`;
  return {
    url: `${root}/client_secrets`,
    callsUrl: callsUrl ?? `${root}/calls`,
    api: 'client_secrets',
    credential: checkOneOf('credential', options.credential ?? 'api-key', ['api-key', 'bearer']),
    token: OPAQUE_TOKEN,
    headers,
  };
}

/**
 * Any API that supports one of the two create-session calls, such as a gateway or a local emulator.
 *
 * @param options - Its address and the call it supports.
 * @throws TypeError If the address is not plain HTTPS (or HTTP to a loopback host).
 *
 * @example
 * ```ts
 * const upstream = compatible({ baseUrl: 'https://gateway.example.com/v1', headers: { 'x-tenant': 'support' } });
 * ```
 */
export function compatible(options: CompatibleOptions): Upstream {
  const { headers, callsUrl } = readGatewayOptions('compatible()', options, ['baseUrl', 'api']);
  const api = checkOneOf('api', options.api ?? 'client_secrets', ['client_secrets', 'sessions']);
  const base = checkBaseUrl(options.baseUrl, 'The upstream address `baseUrl`');
  return {
    url: realtimeUrl(base, api),
    ...(api === 'sessions' ? { transcriptionUrl: realtimeUrl(base, 'transcription_sessions') } : {}),
    callsUrl: callsUrl ?? realtimeUrl(base, 'calls'),
    api,
    credential: 'bearer',
    token: OPAQUE_TOKEN,
    headers,
  };
}
