import type { ApiErrorDetail } from '@realtime-session/protocol';
import { createEntry, withoutAudio } from './create-entry.ts';
import type { EntryOptions } from './create-entry.ts';
import { errorEvent } from './events.ts';
import type { ClientEvent } from './events.ts';
import { findCall } from './items.ts';
import type { ItemEntry, ItemStore } from './items.ts';
import type { SendEvent } from './server-events.ts';

export type ItemEvent = Extract<ClientEvent, { type: `conversation.item.${string}` }>;
type CreateEvent = Extract<ItemEvent, { type: 'conversation.item.create' }>;
type TruncateEvent = Extract<ItemEvent, { type: 'conversation.item.truncate' }>;

export interface ItemEventOptions extends EntryOptions {
  readonly items: ItemStore;
  readonly send: SendEvent;
}

/** Handles the events that add, read, shorten and delete items. */
export function handleItemEvent(event: ItemEvent, options: ItemEventOptions): void {
  const refusal =
    event.type === 'conversation.item.create' ? createItem(event, options) : handleExisting(event, options);
  if (refusal !== undefined) options.send(errorEvent(refusal, event.event_id));
}

function createItem(event: CreateEvent, options: ItemEventOptions): ApiErrorDetail | undefined {
  const { items, send } = options;
  const { id } = event.item;
  if (id !== undefined && items.get(id) !== undefined) return DUPLICATE_ID;
  if (event.item.type === 'function_call_output' && findCall(items.list(), event.item.call_id) === undefined)
    return UNKNOWN_CALL;
  const entry = createEntry(event.item, options);
  const previous_item_id = items.insert(entry, event.previous_item_id ?? undefined);
  if (previous_item_id === undefined) return UNKNOWN_PREVIOUS_ITEM;
  const item = withoutAudio(entry.item);
  send({ type: 'conversation.item.added', previous_item_id, item });
  send({ type: 'conversation.item.done', previous_item_id, item });
  return undefined;
}

function handleExisting(
  event: Exclude<ItemEvent, CreateEvent>,
  { items, send }: ItemEventOptions,
): ApiErrorDetail | undefined {
  const entry = items.get(event.item_id);
  switch (event.type) {
    case 'conversation.item.retrieve':
      if (entry === undefined) return unknownItem('retrieve');
      send({ type: 'conversation.item.retrieved', item: entry.item });
      return undefined;
    case 'conversation.item.delete':
      if (entry === undefined) return unknownItem('delete');
      items.remove(event.item_id);
      send({ type: 'conversation.item.deleted', item_id: event.item_id });
      return undefined;
    case 'conversation.item.truncate': {
      if (entry === undefined) return unknownItem('truncate');
      const refusal = checkTruncation(event, entry);
      if (refusal !== undefined) return refusal;
      const { item_id, content_index, audio_end_ms } = event;
      items.update(item_id, truncate(audio_end_ms));
      send({ type: 'conversation.item.truncated', item_id, content_index, audio_end_ms });
      return undefined;
    }
  }
}

function checkTruncation(
  { content_index, audio_end_ms }: TruncateEvent,
  { item, audioMs }: ItemEntry,
): ApiErrorDetail | undefined {
  if (item.type !== 'message' || item.role !== 'assistant') return NOT_ASSISTANT_AUDIO;
  // The content of an item is empty while its audio is streamed.
  const part = item.content[content_index] ?? (audioMs > 0 && content_index === 0 ? 'streaming' : undefined);
  if (part === undefined) return NO_SUCH_CONTENT;
  if (part !== 'streaming' && part.type !== 'output_audio') return NOT_ASSISTANT_AUDIO;
  if (audio_end_ms <= audioMs) return undefined;
  return {
    code: 'invalid_value',
    message: `Audio content of ${audioMs}ms is already shorter than the given end.`,
    param: 'audio_end_ms',
  };
}

/** Removes the audio after the cut, and the transcript, because what the user has not heard must not be in the context. */
function truncate(audioMs: number): (entry: ItemEntry) => ItemEntry {
  return (entry) => {
    if (entry.item.type !== 'message' || entry.item.role !== 'assistant') return entry;
    const item = { ...entry.item, content: [{ type: 'output_audio' as const }] };
    return { ...entry, item, audioMs, isTruncated: true };
  };
}

function unknownItem(action: 'retrieve' | 'delete' | 'truncate'): ApiErrorDetail {
  return {
    code: `item_${action}_invalid_item_id`,
    message: `Cannot ${action} the item: the conversation has no item with this id.`,
    param: 'item_id',
  };
}

const DUPLICATE_ID = {
  code: 'item_create_invalid_item_id',
  message: 'Cannot create the item: the conversation already has an item with this id.',
  param: 'item.id',
};
const UNKNOWN_PREVIOUS_ITEM = {
  code: 'item_create_invalid_previous_item_id',
  message: 'Cannot create the item: the conversation has no item with the id in previous_item_id.',
  param: 'previous_item_id',
};
const UNKNOWN_CALL = {
  code: 'invalid_tool_call_id',
  message: 'The conversation has no function call with this call_id.',
  param: 'item.call_id',
};
const NOT_ASSISTANT_AUDIO = {
  code: 'invalid_value',
  message: 'Only model output audio messages can be truncated.',
  param: 'item_id',
};
const NO_SUCH_CONTENT = {
  code: 'invalid_value',
  message: 'The item has no content at this index.',
  param: 'content_index',
};
