import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerCall } from '../calls/answer-call.ts';
import { hangUp } from '../calls/hang-up.ts';
import { randomId } from '../credentials/random-id.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { mint } from '../mint/mint.ts';
import { ApiFailure, invalidRequest } from './api-failure.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { pathOf } from './path-of.ts';
import { routeAt } from './route.ts';
import type { Route } from './route.ts';
import { failureAnswer, sendAnswer } from './send-answer.ts';
import type { Answer } from './send-answer.ts';

/**
 * Answers one HTTP request.
 *
 * @param context - The emulator.
 * @param request - Node's request.
 * @param response - Node's response.
 */
export async function handleRequest(
  context: EmulatorContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedMs = performance.now();
  const requestId = randomId('req');
  const route = routeAt(pathOf(request));
  const preflight = preflightHeaders(request, route);
  if (preflight !== undefined) {
    response.writeHead(204, preflight).end();
    return;
  }
  const answer = await answerTo(context, request, route);
  response.setHeader('x-request-id', requestId);
  response.setHeader('openai-processing-ms', String(Math.round(performance.now() - startedMs)));
  response.setHeader('openai-version', '2020-10-01');
  response.setHeader('date', new Date(context.clock.nowMs()).toUTCString());
  tellOf(context, route, { status: answer.status, requestId, ...codeOf(answer) });
  sendAnswer(response, { ...answer, headers: { ...corsHeaders(route), ...answer.headers } });
}

async function answerTo(
  context: EmulatorContext,
  request: IncomingMessage,
  route: Route | undefined,
): Promise<Answer> {
  try {
    return await carryOut(context, request, requirePost(context, request, route));
  } catch (error) {
    if (error instanceof ApiFailure) return failureAnswer(error);
    return failureAnswer(
      new ApiFailure(500, { message: 'The emulator failed to answer.', type: 'server_error' }),
    );
  }
}

async function carryOut(context: EmulatorContext, request: IncomingMessage, route: Route): Promise<Answer> {
  switch (route.kind) {
    case 'mint':
      return mint(context, request, route.call);
    case 'call':
      return answerCall(context, request);
    case 'hang-up':
      return hangUp(context, request, route.callId);
  }
}

function requirePost(
  { settings }: EmulatorContext,
  request: IncomingMessage,
  route: Route | undefined,
): Route {
  const { method = 'GET' } = request;
  const path = pathOf(request);
  const retired =
    settings.generation === 'current' && route?.kind === 'mint' && route.call !== 'client_secrets';
  if (route === undefined || retired)
    throw invalidRequest(404, { message: `Invalid URL (${method} ${path})` });
  if (method === 'POST') return route;
  throw invalidRequest(405, {
    message: `Not allowed to ${method} on ${path}.`,
    code: 'method_not_supported',
  });
}

function tellOf(
  { settings }: EmulatorContext,
  route: Route | undefined,
  told: { status: number; requestId: string; code?: string },
): void {
  if (route?.kind === 'mint') settings.tell({ type: 'mint', call: route.call, ...told });
  if (route?.kind === 'call') settings.tell({ type: 'call', ...told });
}

function codeOf({ body }: Answer): { code?: string } {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? { code } : {};
}
