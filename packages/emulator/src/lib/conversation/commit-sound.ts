import type { EffectiveSession } from '../session/effective-session.ts';
import type { Items } from './items.ts';
import type { Send } from './server-event.ts';
import { audioInput } from './turn-rules.ts';

/** Words for what nobody wrote down: sound is measured here, not understood. */
const TRANSCRIPT = 'something you said';

/** Sound that is about to become an item. */
export interface Committed {
  /** Sends events to the client. */
  readonly send: Send;
  /** The conversation it goes to. */
  readonly items: Items;
  /** Id the item will have. */
  readonly itemId: string;
  /** The session as it is now. */
  readonly session: EffectiveSession;
}

/**
 * Turns sound into an item, and transcribes it in words of its own when the session asks for transcription.
 *
 * @param committed - Sound, conversation and session.
 */
export function commitSound({ send, items, itemId, session }: Committed): void {
  const content = [{ type: 'input_audio', transcript: null }];
  const { item, previousId } = items.add({ id: itemId, type: 'message', role: 'user', content });
  send({ type: 'input_audio_buffer.committed', previous_item_id: previousId, item_id: item.id });
  send({ type: 'conversation.item.added', previous_item_id: previousId, item });
  send({ type: 'conversation.item.done', previous_item_id: previousId, item });
  const transcription = audioInput(session)?.transcription;
  if (transcription === undefined || transcription === null) return;
  const position = { item_id: item.id, content_index: 0 };
  const type = 'conversation.item.input_audio_transcription';
  send({ type: `${type}.delta`, ...position, delta: TRANSCRIPT });
  send({ type: `${type}.completed`, ...position, transcript: TRANSCRIPT });
}
