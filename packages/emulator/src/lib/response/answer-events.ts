import type { ServerEvent } from '../conversation/server-event.ts';
import { tonePiece } from './tone-piece.ts';

const TONE_PIECE_MS = 100;

/** Where in a response the pieces belong. */
export interface Position {
  /** Response id. */
  readonly response_id: string;
  /** Item id. */
  readonly item_id: string;
  /** Always 0: one item per response. */
  readonly output_index: 0;
  /** Always 0: one part per item. */
  readonly content_index: 0;
}

/** How the sound of an answer travels: in events (WebSocket), or on the media track (WebRTC). */
export type SoundPath = 'in-events' | 'on-track';

/** One step of an answer: an event, or sound on the media track, and the words it adds to what was said. */
export type AnswerPiece =
  | {
      /** The event. */
      readonly event: ServerEvent;
      /** Words said with it; empty for sound and for closing events. */
      readonly words: string;
    }
  | {
      /** Length of the tone, in milliseconds. */
      readonly soundMs: number;
    };

/**
 * The pieces of a written answer.
 *
 * @param position - Where they belong.
 * @param text - The answer.
 */
export function* writtenAnswer(position: Position, text: string): Generator<AnswerPiece> {
  for (const word of words(text)) {
    yield { event: { type: 'response.output_text.delta', ...position, delta: word }, words: word };
  }
  yield { event: { type: 'response.output_text.done', ...position, text }, words: '' };
}

/**
 * The pieces of a spoken answer: its transcript word by word, and a tone for a voice.
 *
 * @param position - Where they belong.
 * @param transcript - What the voice says.
 * @param path - How the sound travels.
 */
export function* spokenAnswer(
  position: Position,
  transcript: string,
  path: SoundPath,
): Generator<AnswerPiece> {
  for (const [index, word] of words(transcript).entries()) {
    yield {
      event: { type: 'response.output_audio_transcript.delta', ...position, delta: word },
      words: word,
    };
    if (path === 'on-track') yield { soundMs: TONE_PIECE_MS };
    else {
      const delta = tonePiece(index * TONE_PIECE_MS, TONE_PIECE_MS);
      yield { event: { type: 'response.output_audio.delta', ...position, delta }, words: '' };
    }
  }
  yield { event: { type: 'response.output_audio.done', ...position }, words: '' };
  yield { event: { type: 'response.output_audio_transcript.done', ...position, transcript }, words: '' };
}

function words(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}
