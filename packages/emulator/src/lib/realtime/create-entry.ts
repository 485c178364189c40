import type { AudioFormat } from '@realtime-session/protocol';
import { decodeAudio } from '../audio/codec.ts';
import type { CreateId } from '../shared/create-id.ts';
import type { ClientItem } from './item-schema.ts';
import { toItem } from './items.ts';
import type { Item, ItemEntry } from './items.ts';
import type { ReplyPlanner } from './reply-plan.ts';

export interface EntryOptions {
  readonly createId: CreateId;
  readonly planner: ReplyPlanner;
  /** Format of the audio in the item. */
  readonly format: AudioFormat | undefined;
}

/** Creates the entry of an item that a client sent. */
export function createEntry(content: ClientItem, { createId, planner, format }: EntryOptions): ItemEntry {
  const item = toItem(content, createId);
  const audioMs = getAudioParts(content)
    .map(({ audio }) => decodeAudio(Buffer.from(audio, 'base64'), format))
    .reduce((total, { samples, rate }) => total + (samples.length / rate) * 1000, 0);
  const transcripts = getAudioParts(content).flatMap(({ transcript }) => transcript ?? []);
  const spokenText =
    transcripts.length > 0 || audioMs === 0
      ? transcripts.join(' ')
      : planner.transcribe({ itemId: item.id, audioMs });
  return { item, audioMs, spokenText, isTruncated: false };
}

/** Returns the item as most events show it: without its audio, which only `conversation.item.retrieved` has. */
export function withoutAudio(item: Item): Item {
  if (item.type !== 'message' || item.role !== 'user') return item;
  const content = item.content.map((part) =>
    part.type === 'input_audio' ? { type: part.type, transcript: part.transcript ?? null } : part,
  );
  return { ...item, content } as Item; // the same parts, without audio
}

type AudioPart = Extract<
  Extract<ClientItem, { type: 'message'; role: 'user' }>['content'][number],
  { type: 'input_audio' }
>;

function getAudioParts(content: ClientItem): readonly AudioPart[] {
  if (content.type !== 'message' || content.role !== 'user') return [];
  return content.content.filter((part): part is AudioPart => part.type === 'input_audio');
}
