import { setTimeout as wait } from 'node:timers/promises';
import { randomId } from '../credentials/random-id.ts';
import type { Items } from '../conversation/items.ts';
import type { Send } from '../websocket/server-event.ts';
import { spokenAnswer, writtenAnswer } from './answer-events.ts';
import type { Position } from './answer-events.ts';
import { responseObject } from './response-object.ts';
import type { ResponseState } from './response-object.ts';

/** What it takes to make one response. */
export interface ResponseStart {
  /** The response. */
  readonly state: ResponseState;
  /** The conversation it is added to. */
  readonly items: Items;
  /** What it says. */
  readonly text: string;
  /** Sends events to the client. */
  readonly send: Send;
  /** Pause between pieces, in milliseconds. */
  readonly paceMs: number;
  /** Aborted to cut the response short. */
  readonly stop: AbortSignal;
}

/**
 * Makes one response, event by event, in the documented order. Cut short, it still closes every part it opened.
 *
 * @param start - Response, conversation, words and pace.
 */
export async function streamResponse(start: ResponseStart): Promise<void> {
  const { state, items, send } = start;
  const begun = {
    type: 'message',
    role: 'assistant',
    content: [],
    status: 'in_progress',
    id: randomId('item'),
  };
  send({ type: 'response.created', response: responseObject(state, 'in_progress', []) });
  const { item, previousId } = items.add(begun);
  const position = { response_id: state.id, item_id: item.id, output_index: 0, content_index: 0 } as const;
  const { response_id, output_index } = position;
  send({ type: 'response.output_item.added', response_id, output_index, item });
  send({ type: 'conversation.item.added', previous_item_id: previousId, item });
  send({ type: 'response.content_part.added', ...position, part: contentPart(state, '') });

  const { outcome, said } = await sendPieces(start, position);

  send({ type: 'response.content_part.done', ...position, part: contentPart(state, said) });
  const finished = items.add({ ...item, ...finishedItem(state, outcome, said) }).item;
  send({ type: 'response.output_item.done', response_id, output_index, item: finished });
  send({ type: 'conversation.item.done', previous_item_id: previousId, item: finished });
  send({ type: 'response.done', response: responseObject(state, outcome, [finished]) });
}

type Outcome = 'completed' | 'cancelled';

async function sendPieces(
  start: ResponseStart,
  position: Position,
): Promise<{ outcome: Outcome; said: string }> {
  const answer = start.state.modality === 'audio' ? spokenAnswer : writtenAnswer;
  let said = '';
  for (const { event, words } of answer(position, start.text)) {
    if ((await pause(start.paceMs, start.stop)) === 'stopped') return { outcome: 'cancelled', said };
    start.send(event);
    said += words;
  }
  return { outcome: 'completed', said };
}

async function pause(ms: number, signal: AbortSignal): Promise<'stopped' | 'over'> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
  return signal.aborted ? 'stopped' : 'over';
}

function finishedItem({ modality }: ResponseState, outcome: Outcome, said: string): object {
  const content =
    modality === 'audio'
      ? [{ type: 'output_audio', transcript: said }]
      : [{ type: 'output_text', text: said }];
  return { status: outcome === 'completed' ? 'completed' : 'incomplete', content };
}

function contentPart({ modality }: ResponseState, text: string): object {
  return modality === 'audio' ? { type: 'audio', transcript: text } : { type: 'text', text };
}
