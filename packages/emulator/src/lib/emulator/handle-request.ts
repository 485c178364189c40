import type { IncomingMessage, ServerResponse } from 'node:http';
import { handleCall, hangUp } from '../calls/handle-call.ts';
import { invalidRequest } from '../http/http-error.ts';
import { getPath } from '../http/request.ts';
import { sendResponse, toErrorResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { mint } from '../mint/mint.ts';
import { createId } from '../shared/create-id.ts';
import { isRecord } from '../shared/json.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { MintApi } from '../state/emulator-event.ts';

type Route =
  | { readonly kind: 'mint'; readonly api: MintApi }
  | { readonly kind: 'call' }
  | { readonly kind: 'hang-up'; readonly callId: string };

const MINT_PATHS: ReadonlyMap<string, MintApi> = new Map([
  ['/v1/realtime/client_secrets', 'client_secrets'],
  ['/v1/realtime/sessions', 'sessions'],
  ['/v1/realtime/transcription_sessions', 'transcription_sessions'],
]);

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
  const requestId = createId('req');
  const matched = matchRoute(getPath(request));
  if (request.method === 'OPTIONS' && matched?.kind === 'call') {
    response.writeHead(204, preflightHeaders(request)).end();
    return;
  }
  const result = await route(context, request, matched).catch(toErrorResponse);
  response.setHeader('x-request-id', requestId);
  response.setHeader('openai-processing-ms', String(Math.round(performance.now() - startedMs)));
  response.setHeader('openai-version', '2020-10-01');
  response.setHeader('date', new Date(context.clock.nowMs()).toUTCString());
  emitRequestEvent(context, matched, { status: result.status, requestId, ...getErrorCode(result) });
  // Browsers post offers; every other request comes from servers, and browsers block pages that try one.
  const cors = matched?.kind === 'call' ? CORS_HEADERS : {};
  sendResponse(response, { ...result, headers: { ...cors, ...result.headers } });
}

function matchRoute(path: string): Route | undefined {
  const api = MINT_PATHS.get(path);
  if (api !== undefined) return { kind: 'mint', api };
  if (path === '/v1/realtime/calls') return { kind: 'call' };
  const callId = /^\/v1\/realtime\/calls\/([\w-]+)\/hangup$/.exec(path)?.[1];
  return callId === undefined ? undefined : { kind: 'hang-up', callId };
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
  if (method !== 'POST')
    throw invalidRequest(405, {
      message: `Not allowed to ${method} on ${path}.`,
      code: 'method_not_supported',
    });
  switch (matched.kind) {
    case 'mint':
      return mint(context, request, matched.api);
    case 'call':
      return handleCall(context, request);
    case 'hang-up':
      return hangUp(context, request, matched.callId);
  }
}

function isRetired({ settings }: EmulatorContext, matched: Route): boolean {
  return settings.generation === 'current' && matched.kind === 'mint' && matched.api !== 'client_secrets';
}

function emitRequestEvent(
  { settings }: EmulatorContext,
  matched: Route | undefined,
  result: { status: number; requestId: string; code?: string },
): void {
  if (matched?.kind === 'mint') settings.emit({ type: 'mint', api: matched.api, ...result });
  if (matched?.kind === 'call') settings.emit({ type: 'call', ...result });
}

function getErrorCode({ body }: HttpResponse): { code?: string } {
  const error = isRecord(body) ? body['error'] : undefined;
  const code = isRecord(error) ? error['code'] : undefined;
  return typeof code === 'string' ? { code } : {};
}
