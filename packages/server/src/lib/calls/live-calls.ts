import { azureRoot, createBaseUrlReader, liveUrl } from '../upstream/base-url.ts';
import { accountHeaders, checkHeaders } from '../upstream/headers.ts';
import type { AzureOptions, OpenAiOptions } from '../upstream/providers.ts';
import { checkNames, checkOneOf, describeType, isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallUpstream } from './call-upstream.ts';
import { endLiveSession } from './end-live.ts';
import { interpretLiveEvent } from './interpret-live-event.ts';
import { liveProtocol } from './live-request.ts';
import { resolvePage } from './page-events.ts';
import type { PageEvents } from './page-events.ts';
import { createAudioFilter } from './reflected-audio.ts';
import { requestCall, requestHeaders } from './request-call.ts';
import type { CallTarget } from './request-call.ts';
import { openSideband, sidebandTiming } from './sideband.ts';

/** Options that {@link openaiLive} and {@link azureLive} have in common. */
export interface LiveOptions {
  /**
   * What the page may send and receive over its data channel. Default: it may close the session, mute and unmute, and it receives what
   * follows from that, errors and transcripts. It does not receive `session.started`, which repeats the instructions.
   */
  readonly page?: PageEvents;
  /**
   * - `during-call` (default): the server stays attached to each session. It receives all audio of the session, 128 kB per second.
   * - `at-end`: the server attaches only to end the session. What needs events is refused: `callLimits.idleTimeoutMs`, `onCall`,
   *   transcripts, and a budget if the session delegates to OpenAI's Responses.
   */
  readonly sideband?: 'during-call' | 'at-end';
}

/** Options of {@link openaiLive}. Those that `openai()` has as well mean the same. */
export interface OpenAiLiveOptions
  extends LiveOptions, Pick<OpenAiOptions, 'baseUrl' | 'organization' | 'project' | 'headers'> {}

/** Options of {@link azureLive}. Those that `azure()` has as well mean the same. */
export interface AzureLiveOptions
  extends LiveOptions, Pick<AzureOptions, 'endpoint' | 'credential' | 'headers'> {}

/**
 * The API ends each session at its `expires_at`, whose distance is not documented. This is the longest that was reported. A session that
 * ended earlier is found out when it is ended.
 */
const CAP_MS = 7_200_000;

/** A session with a delegated response in flight was seen to need more than 8 s to close, and one more than 40 s. */
const END_TIMEOUT_MS = 45_000;

/** Billed when a session is created, also if no page connects. */
const MINIMUM_SECONDS = 15;

interface LiveConfig extends Required<Pick<CallUpstream, 'sideband'>> {
  readonly readTarget: () => CallTarget;
  /** The member `client.data_channel` of every session. */
  readonly dataChannel: UnknownRecord;
}

/**
 * Checks the options that both providers have.
 *
 * @param names - The provider's own options.
 */
function readSharedOptions(
  provider: string,
  options: LiveOptions & Pick<OpenAiOptions, 'headers'>,
  names: readonly string[],
): Pick<LiveConfig, 'sideband' | 'dataChannel'> & { readonly headers: Readonly<Record<string, string>> } {
  const given: unknown = options;
  if (!isRecord(given))
    throw new TypeError(`${provider} needs an object of options, not ${describeType(given)}.`);
  if ('pageUpdates' in given) {
    throw new TypeError(
      `${provider} has no option pageUpdates: the page can only send what \`page.send\` lists; leave it out.`,
    );
  }
  checkNames(provider, options, [...names, 'headers', 'page', 'sideband']);
  return {
    headers: checkHeaders(options.headers ?? {}),
    dataChannel: resolvePage(options.page),
    sideband: checkOneOf('sideband', options.sideband ?? 'during-call', ['during-call', 'at-end']),
  };
}

/** The WebSocket address of a session. With `graceful_close`, the API closes the socket properly when the session has ended. */
function attachUrl({ url }: CallTarget, id: string): string {
  const address = new URL(`${url}/${id}/attach?graceful_close=true`);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

/** The owner's session with what the server decides about every session. */
function completeSession(session: UnknownRecord, dataChannel: UnknownRecord): UnknownRecord {
  const { client } = session;
  return {
    store: false,
    ...session,
    client: { ...(isRecord(client) ? client : {}), data_channel: dataChannel },
  };
}

function liveCalls({ readTarget, dataChannel, sideband }: LiveConfig): CallUpstream {
  return {
    api: 'live',
    capMs: CAP_MS,
    // What a page may send is limited by the API.
    pageUpdates: 'allow',
    sideband,
    endTimeoutMs: END_TIMEOUT_MS,
    minimumSeconds: MINIMUM_SECONDS,
    create: async (offer, context) => {
      const session = completeSession(offer.session, dataChannel);
      return requestCall({ readTarget, protocol: liveProtocol }, { ...offer, session }, context);
    },
    attach: async (id, handlers, { apiKey, signal }) => {
      const target = readTarget();
      const headers = requestHeaders(target, apiKey);
      const isSkipped = createAudioFilter();
      const url = attachUrl(target, id);
      return openSideband({ ...sidebandTiming, url, headers, isSkipped }, handlers, signal);
    },
    end: async (call, context) => endLiveSession(call, readTarget, context),
    interpret: interpretLiveEvent,
    functionOutput: (callId, output) => ({
      type: 'response.item.create',
      item: { type: 'function_call_output', call_id: callId, output },
    }),
    respond: () => ({ type: 'response.create' }),
    updateSession: () => undefined,
  };
}

/**
 * OpenAI's Live sessions, `POST https://api.openai.com/v1/live/sessions`, for `createCallHandler()`. Like `openai()`, it uses the
 * address in the environment variable `OPENAI_BASE_URL`, if there is one. Sessions are not stored, unless the option `session`
 * sets `store: true`.
 *
 * @param options - The address, the organization and project to bill, and what pages may do.
 * @throws TypeError If the address is not plain HTTPS (or HTTP to a loopback host), or an option is not valid.
 *
 * @example
 * ```ts
 * const upstream = openaiLive({ page: { receive: 'all' } });
 * ```
 */
export function openaiLive(options: OpenAiLiveOptions = {}): CallUpstream {
  const { headers, ...shared } = readSharedOptions('openaiLive()', options, [
    'baseUrl',
    'organization',
    'project',
  ]);
  const allHeaders = { ...headers, ...accountHeaders(options) };
  const readTarget = createBaseUrlReader<CallTarget>(options.baseUrl, (baseUrl) => ({
    url: liveUrl(baseUrl),
    createQuery: '',
    credential: 'bearer',
    headers: allHeaders,
  }));
  // Throws now if the address is not valid.
  readTarget();
  return liveCalls({ ...shared, readTarget });
}

/**
 * Live sessions on Azure, `POST {endpoint}/openai/v1/live/sessions`, for `createCallHandler()`. The `model` of the session is the name
 * of your deployment.
 *
 * @param options - The resource, how to authenticate, and what pages may do.
 * @throws TypeError If the endpoint is not a plain HTTPS address, or an option is not valid.
 *
 * @example
 * ```ts
 * const upstream = azureLive({ endpoint: 'https://my-resource.openai.azure.com' });
 * ```
 */
export function azureLive(options: AzureLiveOptions): CallUpstream {
  const { headers, ...shared } = readSharedOptions('azureLive()', options, ['endpoint', 'credential']);
  const target: CallTarget = {
    url: `${azureRoot(options.endpoint)}/openai/v1/live/sessions`,
    createQuery: '',
    credential: checkOneOf('credential', options.credential ?? 'api-key', ['api-key', 'bearer']),
    headers,
  };
  return liveCalls({ ...shared, readTarget: () => target });
}
