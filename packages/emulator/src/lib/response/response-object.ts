import type { Item } from '../conversation/item.ts';
import type { EffectiveSession } from '../session/effective-session.ts';

/** How a response ended. */
export type Outcome =
  | {
      /** All of it was said. */
      readonly status: 'completed';
    }
  | {
      /** It was cut short. */
      readonly status: 'cancelled';
      /** By whom. */
      readonly reason: 'client_cancelled' | 'turn_detected';
    }
  | {
      /** The model failed. */
      readonly status: 'failed';
    };

/** One response while it is made. */
export interface ResponseState {
  /** Response id, `resp_…`. */
  readonly id: string;
  /** Conversation it belongs to. */
  readonly conversationId: string;
  /** Session it is made in. */
  readonly session: EffectiveSession;
  /** Sound or text. */
  readonly modality: 'audio' | 'text';
}

/**
 * The `response` member of `response.created` and `response.done`.
 *
 * @param state - The response.
 * @param outcome - How it ended; `undefined` while it is made.
 * @param output - Its items so far.
 */
export function responseObject(
  state: ResponseState,
  outcome: Outcome | undefined,
  output: readonly Item[],
): object {
  const { session } = state;
  return {
    object: 'realtime.response',
    id: state.id,
    status: outcome?.status ?? 'in_progress',
    status_details: statusDetails(outcome),
    output,
    conversation_id: state.conversationId,
    output_modalities: [state.modality],
    max_output_tokens: session.type === 'realtime' ? (session.max_output_tokens ?? 'inf') : 'inf',
    ...(session.type === 'realtime' ? { audio: { output: session.audio?.output } } : {}),
    usage: outcome === undefined ? null : USAGE,
    metadata: null,
  };
}

function statusDetails(outcome: Outcome | undefined): object | null {
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

/** Nothing is computed, so nothing is counted. */
const USAGE = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_token_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
  output_token_details: { text_tokens: 0, audio_tokens: 0 },
};
