import { eventBase, mintedEvent, refusalEvent } from '../audit/describe-event.ts';
import { emitEvent } from '../audit/emit-event.ts';
import { problemStatus } from '../errors/problem-code.ts';
import { problemAnswer, problemOf } from '../errors/problem-response.ts';
import { addRefusalHeaders } from '../errors/refusal-headers.ts';
import { asRefusal, Refusal } from '../errors/refusal.ts';
import { addCorsHeaders, baseHeaders, preflightAnswer } from '../gate/answer-headers.ts';
import type { Answer } from './answer.ts';
import type { CallState } from './call-state.ts';
import type { HandlerConfig } from './handler-config.ts';
import { mintAnswer } from './mint-answer.ts';
import type { Principal } from './principal.ts';
import { serveRequest } from './serve-request.ts';

/** Whether the handler still takes requests. */
export type Readiness = 'open' | 'closing';

async function mintedAnswer<P extends Principal>(config: HandlerConfig<P>, call: CallState): Promise<Answer> {
  const served = await serveRequest(config, call);
  const headers = baseHeaders(call.trail.requestId);
  addCorsHeaders(headers, call.request, config.origins);
  headers['Content-Type'] = 'application/json';
  const body = JSON.stringify(mintAnswer(served.minted, config.responseFormat, config.expose));
  emitEvent(config.onEvent, mintedEvent(eventBase(call.trail, 200, config.nowMs()), served));
  return { status: 200, headers, body };
}

function refusedAnswer<P extends Principal>(
  config: HandlerConfig<P>,
  call: CallState,
  refusal: Refusal,
): Answer {
  const { request, trail } = call;
  const headers = baseHeaders(trail.requestId);
  addCorsHeaders(headers, request, config.origins);
  const base = eventBase(trail, problemStatus[refusal.code], config.nowMs());
  emitEvent(config.onEvent, refusalEvent(base, refusal, trail));
  addRefusalHeaders(headers, refusal, request);
  return problemAnswer(request, problemOf(refusal, trail.requestId), headers);
}

function optionsAnswer<P extends Principal>(config: HandlerConfig<P>, call: CallState): Answer {
  const base = eventBase(call.trail, 204, config.nowMs());
  emitEvent(config.onEvent, { ...base, type: 'preflight' });
  return preflightAnswer(call.request, baseHeaders(call.trail.requestId), config.origins);
}

/** The answer when not even an answer could be made. */
export function bareFailure(): Answer {
  const requestId = crypto.randomUUID();
  const headers = baseHeaders(requestId);
  headers['Content-Type'] = 'application/problem+json';
  const problem = problemOf(new Refusal('internal_error'), requestId);
  return { status: problem.status, headers, body: JSON.stringify(problem) };
}

/**
 * Answers one request, whatever it is, and tells the owner about it once.
 *
 * @param config - Checked options.
 * @param call - The request.
 * @param readiness - `closing` refuses everything.
 */
export async function answerRequest<P extends Principal>(
  config: HandlerConfig<P>,
  call: CallState,
  readiness: Readiness,
): Promise<Answer> {
  try {
    if (readiness === 'closing') throw new Refusal('shutting_down', { retryAfterMs: 1000 });
    if (call.request.method === 'OPTIONS') return optionsAnswer(config, call);
    if (call.request.method !== 'POST') throw new Refusal('method_not_allowed');
    return await mintedAnswer(config, call);
  } catch (thrown) {
    return refusedAnswer(config, call, asRefusal(thrown, 'The handler failed; see the cause of this event.'));
  }
}
