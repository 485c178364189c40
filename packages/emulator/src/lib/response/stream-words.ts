import type { Item } from '../conversation/item.ts';
import { spokenAnswer, writtenAnswer } from './answer-events.ts';
import type { AnswerPiece, Position } from './answer-events.ts';
import { openItem } from './open-item.ts';
import { pace } from './pace.ts';
import type { Outcome, ResponseState } from './response-object.ts';
import { stoppedBecause } from './stopped-because.ts';
import type { ResponseStart } from './response-start.ts';

/**
 * Says the words of a response, written or spoken.
 *
 * @param start - The response.
 * @param text - The words.
 */
export async function streamWords(
  start: ResponseStart,
  text: string,
): Promise<{ item: Item; outcome: Outcome }> {
  const { state, send, speaker } = start;
  const open = openItem(start, { type: 'message', role: 'assistant', content: [] });
  const position = {
    response_id: state.id,
    item_id: open.item.id,
    output_index: 0,
    content_index: 0,
  } as const;
  send({ type: 'response.content_part.added', ...position, part: contentPart(state, '') });
  const { outcome, said } = await sendPieces(start, pieces(start, position, text));
  speaker?.finish(state.id);
  send({ type: 'response.content_part.done', ...position, part: contentPart(state, said) });
  return { item: open.close(finished(state, outcome, said)), outcome };
}

function pieces(start: ResponseStart, position: Position, text: string): Iterable<AnswerPiece> {
  if (start.state.modality === 'text') return writtenAnswer(position, text);
  return spokenAnswer(position, text, start.speaker === undefined ? 'in-events' : 'on-track');
}

async function sendPieces(
  { state, send, speaker, paceMs, stop }: ResponseStart,
  answer: Iterable<AnswerPiece>,
): Promise<{ outcome: Outcome; said: string }> {
  let said = '';
  for (const piece of answer) {
    if ((await pace(paceMs, stop)) === 'stopped') return { outcome: stoppedBecause(stop), said };
    if ('soundMs' in piece) speaker?.play(state.id, piece.soundMs);
    else {
      send(piece.event);
      said += piece.words;
    }
  }
  return { outcome: { status: 'completed' }, said };
}

function finished({ modality }: ResponseState, outcome: Outcome, said: string): object {
  const content =
    modality === 'audio'
      ? [{ type: 'output_audio', transcript: said }]
      : [{ type: 'output_text', text: said }];
  return { status: outcome.status === 'completed' ? 'completed' : 'incomplete', content };
}

function contentPart({ modality }: ResponseState, text: string): object {
  return modality === 'audio' ? { type: 'audio', transcript: text } : { type: 'text', text };
}
