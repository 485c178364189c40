import type { IncomingMessage, ServerResponse } from 'node:http';
import { controlCall } from '../calls/control-call.ts';
import type { CallAction } from '../calls/control-call.ts';
import { betaShapeDisabled, handleCall } from '../calls/handle-call.ts';
import type { OfferPath } from '../calls/read-offer.ts';
import { invalidApiKey, invalidRequest } from '../http/http-error.ts';
import { getBearerToken, getPath } from '../http/request.ts';
import { sendResponse, toErrorResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { controlLive } from '../live/control-live.ts';
import { handleLive } from '../live/handle-live.ts';
import { mint } from '../mint/mint.ts';
import { isRecord } from '../shared/json.ts';
import type { EmulatorContext } from '../state/context.ts';
import { isExposedKey } from '../state/options.ts';
import type { MintApi } from '../state/emulator-event.ts';
import { buildHelp, CERTIFICATE_PATH } from './help-page.ts';
import { getModels } from './handle-models.ts';

type Route =
  | { readonly kind: 'help' | 'certificate' }
  | { readonly kind: 'models'; readonly name: string | undefined }
  | { readonly kind: 'mint'; readonly api: MintApi }
  | { readonly kind: 'call'; readonly path: OfferPath }
  | { readonly kind: 'live' }
  /** Offers in the shape of the retired API. */
  | { readonly kind: 'beta-call' }
  | {
      readonly kind: 'call-control' | 'live-control';
      readonly action: CallAction;
      readonly callId: string;
    };

const CALL_ACTIONS: ReadonlyMap<string, CallAction> = new Map([
  ['accept', 'accept'],
  ['hangup', 'hangup'],
  ['refer', 'refer'],
  ['reject', 'reject'],
]);

/** Routes without parameters. */
const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', { kind: 'help' }],
  [CERTIFICATE_PATH, { kind: 'certificate' }],
  ['/v1/models', { kind: 'models', name: undefined }],
  ['/v1/realtime/client_secrets', { kind: 'mint', api: 'client_secrets' }],
  ['/v1/realtime/translations/client_secrets', { kind: 'mint', api: 'translations/client_secrets' }],
  ['/v1/realtime/sessions', { kind: 'mint', api: 'sessions' }],
  ['/v1/realtime/transcription_sessions', { kind: 'mint', api: 'transcription_sessions' }],
  ['/v1/realtime/calls', { kind: 'call', path: 'calls' }],
  ['/v1/realtime/translations/calls', { kind: 'call', path: 'translations/calls' }],
  ['/v1/realtime', { kind: 'beta-call' }],
  ['/v1/live/sessions', { kind: 'live' }],
]);

/** The create-session calls that the API no longer serves. */
const RETIRED_APIS: ReadonlySet<MintApi> = new Set<MintApi>(['sessions', 'transcription_sessions']);

const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'location, x-request-id, retry-after, retry-after-ms',
};

/** Handles one HTTP request to the API. */
export async function handleRequest(
  context: EmulatorContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedMs = performance.now();
  const requestId = context.ids.createId('req');
  const matched = matchRoute(getPath(request));
  if (request.method === 'OPTIONS' && isOffer(matched)) {
    response.writeHead(204, preflightHeaders(request)).end();
    return;
  }
  const result = await route(context, request, matched).catch(toErrorResponse);
  response.setHeader('x-request-id', requestId);
  response.setHeader('openai-processing-ms', String(Math.round(performance.now() - startedMs)));
  response.setHeader('openai-version', '2020-10-01');
  response.setHeader('date', new Date(context.clock.nowMs()).toUTCString());
  emitRequestEvent(context, matched, { status: result.status, requestId, ...getErrorCode(result) });
  const cors = isOffer(matched) ? CORS_HEADERS : {};
  sendResponse(response, { ...result, headers: { ...cors, ...result.headers } });
}

function matchRoute(path: string): Route | undefined {
  const route = ROUTES.get(path);
  if (route !== undefined) return route;
  const [, name] = /^\/v1\/models\/([^/]+)$/.exec(path) ?? [];
  if (name !== undefined) return { kind: 'models', name };
  const [, api, callId, last = ''] =
    /^\/v1\/(realtime(?:\/translations)?\/calls|live\/sessions)\/([\w-]+)\/(\w+)$/.exec(path) ?? [];
  const action = CALL_ACTIONS.get(last);
  if (callId === undefined || action === undefined) return undefined;
  return { kind: api === 'live/sessions' ? 'live-control' : 'call-control', action, callId };
}

/** Browsers post offers; every other request comes from servers, and browsers block pages that try one. */
function isOffer(matched: Route | undefined): boolean {
  return matched?.kind === 'call' || matched?.kind === 'beta-call';
}

function preflightHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const requested = headers['access-control-request-headers'];
  return {
    ...CORS_HEADERS,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': typeof requested === 'string' ? requested : 'authorization, content-type',
    'access-control-max-age': '600',
  };
}

async function route(
  context: EmulatorContext,
  request: IncomingMessage,
  matched: Route | undefined,
): Promise<HttpResponse> {
  const { method = 'GET' } = request;
  const path = getPath(request);
  if (matched === undefined || isRetired(context, matched))
    throw invalidRequest(404, { message: `Invalid URL (${method} ${path})` });
  if (!isAllowed(method, matched))
    throw invalidRequest(405, {
      message: `Not allowed to ${method} on ${path}.`,
      code: 'method_not_supported',
    });
  if (isExposedKey(context.settings, getBearerToken(request)))
    throw invalidApiKey(context.settings.apiKeys[0], 'real key');
  switch (matched.kind) {
    case 'help':
      return buildHelp(context, request);
    case 'certificate':
      return {
        status: 200,
        body: context.certificate,
        headers: { 'content-type': 'application/x-pem-file', 'cache-control': 'no-store' },
      };
    case 'models':
      return getModels(context, request, matched.name);
    case 'mint':
      return mint(context, request, matched.api);
    case 'call':
      return handleCall(context, request, matched.path);
    case 'live':
      return handleLive(context, request);
    case 'live-control':
      return controlLive(context, request, matched);
    case 'beta-call':
      throw betaShapeDisabled();
    case 'call-control':
      return controlCall(context, request, matched);
  }
}

function isAllowed(method: string, { kind }: Route): boolean {
  const isRead = kind === 'help' || kind === 'certificate' || kind === 'models';
  return isRead ? method === 'GET' || method === 'HEAD' : method === 'POST';
}

function isRetired({ settings }: EmulatorContext, matched: Route): boolean {
  return settings.generation === 'current' && matched.kind === 'mint' && RETIRED_APIS.has(matched.api);
}

function emitRequestEvent(
  { settings }: EmulatorContext,
  matched: Route | undefined,
  result: { status: number; requestId: string; code?: string },
): void {
  if (matched?.kind === 'mint') settings.emit({ type: 'mint', api: matched.api, ...result });
  if (matched?.kind === 'call') settings.emit({ type: 'call', api: 'realtime', ...result });
  if (matched?.kind === 'live') settings.emit({ type: 'call', api: 'live', ...result });
}

function getErrorCode({ body }: HttpResponse): { code?: string } {
  const error = isRecord(body) ? body['error'] : undefined;
  const code = isRecord(error) ? error['code'] : undefined;
  return typeof code === 'string' ? { code } : {};
}
