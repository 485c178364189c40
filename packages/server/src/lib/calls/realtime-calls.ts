import { azureRoot, createBaseUrlReader, realtimeUrl } from '../upstream/base-url.ts';
import { accountHeaders, checkHeaders } from '../upstream/headers.ts';
import type { AzureOptions, OpenAiOptions } from '../upstream/providers.ts';
import { checkNames, checkOneOf, describeType, isRecord } from '../validate.ts';
import type { CallUpstream } from './call-upstream.ts';
import { interpretEvent } from './interpret-event.ts';
import { hangUpCall, requestCall, requestHeaders } from './request-call.ts';
import type { CallTarget } from './request-call.ts';
import { realtimeProtocol } from './realtime-request.ts';
import { openSideband, sidebandTiming } from './sideband.ts';

/** What happens when a page changes the session over its data channel, which OpenAI always permits. */
export interface PageUpdateOptions {
  /**
   * - `restore` (default): the server sets the session back. After three times, the call is ended.
   * - `end`: the call is ended, with the reason `page-update`.
   * - `allow`: pages may change everything except the model, such as instructions and tools. Needed if the page defines an agent.
   *
   * Fields in the option `allow` may always change.
   */
  readonly pageUpdates?: 'restore' | 'end' | 'allow';
}

/** Options of {@link openaiCalls}. Those that `openai()` has as well mean the same. */
export interface OpenAiCallsOptions
  extends PageUpdateOptions, Pick<OpenAiOptions, 'baseUrl' | 'organization' | 'project' | 'headers'> {}

/** Options of {@link azureCalls}. Those that `azure()` has as well mean the same. */
export interface AzureCallsOptions
  extends PageUpdateOptions, Pick<AzureOptions, 'endpoint' | 'credential' | 'headers'> {
  /** `on`: Azure sends only some events to the page, so that it does not learn the instructions. Default `off`. */
  readonly webrtcFilter?: 'on' | 'off';
}

/** After this time, the provider ends every call: 60 minutes. */
const CAP_MS = 3_600_000;

const END_TIMEOUT_MS = 5000;

/**
 * Checks the options that both providers have.
 *
 * @param names - The provider's own options.
 */
function readSharedOptions(
  provider: string,
  options: PageUpdateOptions & Pick<OpenAiOptions, 'headers'>,
  names: readonly string[],
): { readonly headers: Readonly<Record<string, string>>; readonly pageUpdates: CallUpstream['pageUpdates'] } {
  const given: unknown = options;
  if (!isRecord(given))
    throw new TypeError(`${provider} needs an object of options, not ${describeType(given)}.`);
  checkNames(provider, options, [...names, 'headers', 'pageUpdates']);
  return {
    headers: checkHeaders(options.headers ?? {}),
    pageUpdates: checkOneOf('pageUpdates', options.pageUpdates ?? 'restore', ['restore', 'end', 'allow']),
  };
}

/** The WebSocket address of a call: the sibling of the create call. */
function sidebandUrl({ url }: CallTarget, id: string): string {
  const address = new URL(`${url.slice(0, -'/calls'.length)}?call_id=${id}`);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

function realtimeCalls(readTarget: () => CallTarget, pageUpdates: CallUpstream['pageUpdates']): CallUpstream {
  return {
    api: 'realtime',
    capMs: CAP_MS,
    pageUpdates,
    sideband: 'during-call',
    endTimeoutMs: END_TIMEOUT_MS,
    minimumSeconds: undefined,
    create: async (offer, context) => requestCall({ readTarget, protocol: realtimeProtocol }, offer, context),
    attach: async (id, handlers, { apiKey, signal }) => {
      const target = readTarget();
      const headers = requestHeaders(target, apiKey);
      return openSideband({ ...sidebandTiming, url: sidebandUrl(target, id), headers }, handlers, signal);
    },
    end: async ({ id }, context) => hangUpCall(readTarget, id, context),
    interpret: interpretEvent,
    functionOutput: (callId, output) => ({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: callId, output },
    }),
    respond: () => ({ type: 'response.create' }),
    // The model is fixed.
    updateSession: ({ model: _model, ...session }) => ({
      type: 'session.update',
      session: { type: 'realtime', ...session },
    }),
  };
}

/**
 * OpenAI's Realtime calls, `POST https://api.openai.com/v1/realtime/calls`, for `createCallHandler()`. Like `openai()`, it uses the
 * address in the environment variable `OPENAI_BASE_URL`, if there is one.
 *
 * @param options - The address, the organization and project to bill, and what pages may change.
 * @throws TypeError If the address is not plain HTTPS (or HTTP to a loopback host), or an option is not valid.
 *
 * @example
 * ```ts
 * const upstream = openaiCalls({ pageUpdates: 'end' });
 * ```
 */
export function openaiCalls(options: OpenAiCallsOptions = {}): CallUpstream {
  const { headers, pageUpdates } = readSharedOptions('openaiCalls()', options, [
    'baseUrl',
    'organization',
    'project',
  ]);
  const allHeaders = { ...headers, ...accountHeaders(options) };
  const readTarget = createBaseUrlReader<CallTarget>(options.baseUrl, (baseUrl) => ({
    url: realtimeUrl(baseUrl, 'calls'),
    createQuery: '',
    credential: 'bearer',
    headers: allHeaders,
  }));
  // Throws now if the address is not valid.
  readTarget();
  return realtimeCalls(readTarget, pageUpdates);
}

/**
 * Azure OpenAI's Realtime calls, `POST {endpoint}/openai/v1/realtime/calls`, for `createCallHandler()`. The `model` of the session is
 * the name of your deployment.
 *
 * @param options - The resource, how to authenticate, and what pages may change.
 * @throws TypeError If the endpoint is not a plain HTTPS address, or an option is not valid.
 *
 * @example
 * ```ts
 * const upstream = azureCalls({ endpoint: 'https://my-resource.openai.azure.com', webrtcFilter: 'on' });
 * ```
 */
export function azureCalls(options: AzureCallsOptions): CallUpstream {
  const { headers, pageUpdates } = readSharedOptions('azureCalls()', options, [
    'endpoint',
    'credential',
    'webrtcFilter',
  ]);
  const filter = checkOneOf('webrtcFilter', options.webrtcFilter ?? 'off', ['on', 'off']);
  const target: CallTarget = {
    url: `${azureRoot(options.endpoint)}/openai/v1/realtime/calls`,
    createQuery: filter === 'on' ? '?webrtcfilter=on' : '',
    credential: checkOneOf('credential', options.credential ?? 'api-key', ['api-key', 'bearer']),
    headers,
  };
  return realtimeCalls(() => target, pageUpdates);
}
