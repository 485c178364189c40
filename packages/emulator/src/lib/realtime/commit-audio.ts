import type { Fault } from '../faults/catalog.ts';
import type { CreateId } from '../shared/create-id.ts';
import type { SessionConfig } from '../state/session-config.ts';
import { toItem } from './items.ts';
import type { ItemStore, SpokenMessage } from './items.ts';
import type { ReplyPlanner } from './reply-plan.ts';
import type { SendEvent } from './server-events.ts';
import { transcribe } from './transcription.ts';

export interface CommitOptions {
  readonly createId: CreateId;
  readonly send: SendEvent;
  readonly items: ItemStore;
  readonly planner: ReplyPlanner;
  readonly getSession: () => SessionConfig;
  /** Returns the fault to apply to a transcription, if any, and counts it as applied. */
  readonly takeTranscriptionFault: () => Fault | undefined;
}

export interface CommittedAudio {
  readonly itemId: string;
  readonly audioMs: number;
  readonly content: 'speech' | 'silence';
}

/** Adds audio to the conversation as an item, with a transcript if the session asks for one. */
export function commitAudio(options: CommitOptions, { itemId, audioMs, content }: CommittedAudio): void {
  const { send, items, planner, createId } = options;
  const spokenText = content === 'silence' ? '' : planner.transcribe({ itemId, audioMs });
  const item = toItem({ ...toMessage(null), id: itemId }, createId);
  const previous_item_id = items.insert({ item, audioMs, spokenText, isTruncated: false }) ?? null;
  send({ type: 'input_audio_buffer.committed', previous_item_id, item_id: itemId });
  send({ type: 'conversation.item.added', previous_item_id, item });
  send({ type: 'conversation.item.done', previous_item_id, item });
  const transcript = transcribe(
    { session: options.getSession(), send, takeFault: options.takeTranscriptionFault },
    { itemId, audioMs, transcript: spokenText },
  );
  if (transcript === null) return;
  const transcribed = toItem({ ...toMessage(transcript), id: itemId }, createId);
  items.update(itemId, (entry) => ({ ...entry, item: transcribed }));
}

function toMessage(transcript: string | null): SpokenMessage {
  return { type: 'message', role: 'user', content: [{ type: 'input_audio', transcript }] };
}
