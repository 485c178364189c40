import type { AudioFormat } from '@realtime-session/protocol';
import { encodeTone } from '../audio/tone.ts';
import type { RealtimeEvent } from './server-events.ts';

/** Length of the audio of one word, in milliseconds. */
export const TONE_CHUNK_MS = 100;

/** Where a part of a message belongs. A message has one part. */
export interface Position {
  readonly response_id: string;
  readonly item_id: string;
  readonly output_index: number;
  readonly content_index: 0;
}

/** One step of a message: one word, with its audio. */
export interface MessageChunk {
  readonly text: string;
  readonly audioMs: number;
  readonly events: readonly RealtimeEvent[];
}

export function* textChunks(position: Position, text: string): Generator<MessageChunk> {
  for (const word of splitWords(text)) {
    const delta: RealtimeEvent = { type: 'response.output_text.delta', ...position, delta: word };
    yield { text: word, audioMs: 0, events: [delta] };
  }
}

/** Where audio goes: into events, in a format, or to the media track. */
export type AudioDestination =
  { readonly kind: 'events'; readonly format: AudioFormat } | { readonly kind: 'track' };

/** Yields a transcript word by word, with a tone in place of a voice: in events, or for the media track. */
export function* audioChunks(
  position: Position,
  transcript: string,
  output: AudioDestination,
): Generator<MessageChunk> {
  for (const [index, word] of splitWords(transcript).entries()) {
    const events: RealtimeEvent[] = [
      { type: 'response.output_audio_transcript.delta', ...position, delta: word },
    ];
    if (output.kind === 'events') {
      const piece = { startMs: index * TONE_CHUNK_MS, durationMs: TONE_CHUNK_MS };
      const delta = encodeTone(piece, output.format);
      events.push({ type: 'response.output_audio.delta', ...position, delta });
    }
    yield { text: word, audioMs: TONE_CHUNK_MS, events };
  }
}

/** Returns the events that close a part. They are also sent if the response ends before its text. */
export function closingEvents(
  position: Position,
  text: string,
  modality: 'audio' | 'text',
): readonly RealtimeEvent[] {
  if (modality === 'text') return [{ type: 'response.output_text.done', ...position, text }];
  return [
    { type: 'response.output_audio.done', ...position },
    { type: 'response.output_audio_transcript.done', ...position, transcript: text },
  ];
}

export function splitWords(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}
