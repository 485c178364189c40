import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomId } from '../credentials/random-id.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { mintCallAt } from '../mint/mint-call.ts';
import type { MintCall } from '../mint/mint-call.ts';
import { mint } from '../mint/mint.ts';
import { ApiFailure, invalidRequest } from './api-failure.ts';
import { failureAnswer, sendJson } from './send-json.ts';
import type { JsonAnswer } from './send-json.ts';

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
  const call = mintCallAt(pathOf(request));
  const answer = await answerTo(context, request, call);
  response.setHeader('x-request-id', requestId);
  response.setHeader('openai-processing-ms', String(Math.round(performance.now() - startedMs)));
  response.setHeader('openai-version', '2020-10-01');
  response.setHeader('date', new Date(context.settings.nowMs()).toUTCString());
  if (call !== undefined)
    context.settings.tell({ type: 'mint', call, status: answer.status, requestId, ...codeOf(answer) });
  sendJson(response, answer);
}

async function answerTo(
  context: EmulatorContext,
  request: IncomingMessage,
  call: MintCall | undefined,
): Promise<JsonAnswer> {
  try {
    return await mint(context, request, requireCall(context, request, call));
  } catch (error) {
    if (error instanceof ApiFailure) return failureAnswer(error);
    return failureAnswer(
      new ApiFailure(500, { message: 'The emulator failed to answer.', type: 'server_error' }),
    );
  }
}

function requireCall(
  context: EmulatorContext,
  request: IncomingMessage,
  call: MintCall | undefined,
): MintCall {
  const { method = 'GET' } = request;
  const path = pathOf(request);
  const retired = context.settings.generation === 'today' && call !== 'client_secrets';
  if (call === undefined || retired)
    throw invalidRequest(404, { message: `Invalid URL (${method} ${path})` });
  if (method === 'POST') return call;
  throw invalidRequest(405, {
    message: `Not allowed to ${method} on ${path}.`,
    code: 'method_not_supported',
  });
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

function codeOf({ body }: JsonAnswer): { code?: string } {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? { code } : {};
}
