import { tonePcm } from '../audio/tone.ts';
import type { SessionConfig } from '../state/session-config.ts';
import type { ServerEvent } from './events.ts';
import type { Item } from './items.ts';

const TONE_CHUNK_MS = 100;

/** A response while it is being created. */
export interface ResponseInfo {
  /** `resp_…` */
  readonly id: string;
  readonly conversationId: string;
  readonly session: SessionConfig;
  readonly modality: 'audio' | 'text';
}

/** How a response ended. */
export type ResponseOutcome =
  | { readonly status: 'completed' | 'failed' }
  | { readonly status: 'cancelled'; readonly reason: 'client_cancelled' | 'turn_detected' };

/** Builds the `response` member of `response.created` (no outcome yet) and `response.done`. */
export function toResponseObject(
  { id, conversationId, session, modality }: ResponseInfo,
  outcome: ResponseOutcome | undefined,
  output: readonly Item[],
): object {
  return {
    object: 'realtime.response',
    id,
    status: outcome?.status ?? 'in_progress',
    status_details: statusDetails(outcome),
    output,
    conversation_id: conversationId,
    output_modalities: [modality],
    max_output_tokens: session.type === 'realtime' ? (session.max_output_tokens ?? 'inf') : 'inf',
    ...(session.type === 'realtime' ? { audio: { output: session.audio?.output } } : {}),
    usage: outcome === undefined ? null : ZERO_USAGE,
    metadata: null,
  };
}

function statusDetails(outcome: ResponseOutcome | undefined): object | null {
  switch (outcome?.status) {
    case 'cancelled':
      return { type: 'cancelled', reason: outcome.reason };
    case 'failed':
      return {
        type: 'failed',
        error: { type: 'server_error', code: 'server_error', message: 'The server had an error.' },
      };
    case 'completed':
    case undefined:
      return null;
  }
}

const ZERO_USAGE = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_token_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
  output_token_details: { text_tokens: 0, audio_tokens: 0 },
};

/** Where a chunk belongs. A response has one item, and a message has one part. */
export interface Position {
  readonly response_id: string;
  readonly item_id: string;
  readonly output_index: 0;
  readonly content_index: 0;
}

/** One step of a message: an event with the text it adds to the transcript, or audio for the media track. */
export type MessageChunk =
  { readonly event: ServerEvent; readonly text: string } | { readonly audioMs: number };

export function* textChunks(position: Position, text: string): Generator<MessageChunk> {
  for (const word of splitWords(text)) {
    yield { event: { type: 'response.output_text.delta', ...position, delta: word }, text: word };
  }
  yield { event: { type: 'response.output_text.done', ...position, text }, text: '' };
}

/** Yields a transcript word by word, with a tone in place of a voice: in events, or for the media track. */
export function* audioChunks(
  position: Position,
  transcript: string,
  output: 'events' | 'track',
): Generator<MessageChunk> {
  for (const [index, word] of splitWords(transcript).entries()) {
    yield {
      event: { type: 'response.output_audio_transcript.delta', ...position, delta: word },
      text: word,
    };
    if (output === 'track') yield { audioMs: TONE_CHUNK_MS };
    else {
      const delta = tonePcm(index * TONE_CHUNK_MS, TONE_CHUNK_MS);
      yield { event: { type: 'response.output_audio.delta', ...position, delta }, text: '' };
    }
  }
  yield { event: { type: 'response.output_audio.done', ...position }, text: '' };
  yield { event: { type: 'response.output_audio_transcript.done', ...position, transcript }, text: '' };
}

function splitWords(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}
