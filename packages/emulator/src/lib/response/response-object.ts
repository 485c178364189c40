import type { Item } from '../conversation/items.ts';
import type { EffectiveSession } from '../session/effective-session.ts';

/** How far a response is. */
export type ResponseStatus = 'in_progress' | 'completed' | 'cancelled';

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
 * @param status - How far it is.
 * @param output - Its items so far.
 */
export function responseObject(
  state: ResponseState,
  status: ResponseStatus,
  output: readonly Item[],
): object {
  const { session } = state;
  return {
    object: 'realtime.response',
    id: state.id,
    status,
    status_details: status === 'cancelled' ? { type: 'cancelled', reason: 'client_cancelled' } : null,
    output,
    conversation_id: state.conversationId,
    output_modalities: [state.modality],
    max_output_tokens: session.type === 'realtime' ? (session.max_output_tokens ?? 'inf') : 'inf',
    ...(session.type === 'realtime' ? { audio: { output: session.audio?.output } } : {}),
    usage: status === 'in_progress' ? null : USAGE,
    metadata: null,
  };
}

/** Nothing is computed, so nothing is counted. */
const USAGE = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_token_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
  output_token_details: { text_tokens: 0, audio_tokens: 0 },
};
