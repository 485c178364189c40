import type { Send } from '../conversation/server-event.ts';
import type { Outcome, ResponseState } from './response-object.ts';
import { responseObject } from './response-object.ts';
import type { ResponseStart } from './response-start.ts';
import { streamCall } from './stream-call.ts';
import { streamWords } from './stream-words.ts';

/**
 * Makes one response, event by event, in the documented order. Cut short, it still closes every part it opened.
 *
 * @param start - Response, conversation, answer and pace.
 */
export async function streamResponse(start: ResponseStart): Promise<void> {
  const { state, answer, send } = start;
  send({ type: 'response.created', response: responseObject(state, undefined, []) });
  const { item, outcome } =
    answer.kind === 'words' ? await streamWords(start, answer.text) : await streamCall(start, answer);
  send({ type: 'response.done', response: responseObject(state, outcome, [item]) });
}

/**
 * The response that fails before it says anything.
 *
 * @param state - The response.
 * @param send - Sends events to the client.
 */
export function failResponse(state: ResponseState, send: Send): void {
  const outcome: Outcome = { status: 'failed' };
  send({ type: 'response.created', response: responseObject(state, undefined, []) });
  send({ type: 'response.done', response: responseObject(state, outcome, []) });
}
