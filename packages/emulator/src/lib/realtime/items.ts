import { createId } from '../shared/create-id.ts';
import { isRecord } from '../shared/json.ts';
import { errorEvent } from './events.ts';
import type { ClientEvent, Send } from './events.ts';

const MAX_ITEMS = 1_000;

/** One item of a conversation. */
export interface Item {
  /** `item_…` unless the client chose one. */
  readonly id: string;
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Input a response can refer to. */
export type UserInput =
  { readonly kind: 'text' | 'function-output'; readonly text: string } | { readonly kind: 'audio' };

/** The newest 1,000 items of one conversation, in order. */
export interface ItemStore {
  /** Adds an item at the end, or replaces the one with the same id. `previousId` is `null` for the first item. */
  add(item: Readonly<Record<string, unknown>> & { readonly type: string }): {
    item: Item;
    previousId: string | null;
  };
  get(id: string): Item | undefined;
  remove(id: string): void;
  /** The newest text, audio or function output from the user. */
  latestInput(): UserInput | undefined;
}

export function createItemStore(): ItemStore {
  const items = new Map<string, Item>();
  return {
    add(input) {
      const id = typeof input['id'] === 'string' ? input['id'] : createId('item');
      const previousId = [...items.keys()].at(-1) ?? null;
      const item = { object: 'realtime.item', status: 'completed', ...input, id, type: input.type };
      items.set(id, item);
      const [oldest] = items.keys();
      if (items.size > MAX_ITEMS && oldest !== undefined) items.delete(oldest);
      return { item, previousId };
    },
    get: (id) => items.get(id),
    remove(id) {
      items.delete(id);
    },
    latestInput: () =>
      [...items.values()]
        .reverse()
        .map(toUserInput)
        .find((input) => input !== undefined),
  };
}

function toUserInput(item: Item): UserInput | undefined {
  if (item.type === 'function_call_output') {
    const output = item['output'];
    return { kind: 'function-output', text: typeof output === 'string' ? output : '' };
  }
  if (item['role'] !== 'user' || !Array.isArray(item['content'])) return undefined;
  const parts: unknown[] = item['content'];
  return parts.map(partToUserInput).find((input) => input !== undefined);
}

function partToUserInput(part: unknown): UserInput | undefined {
  if (!isRecord(part)) return undefined;
  if (typeof part['text'] === 'string') return { kind: 'text', text: part['text'] };
  return part['type'] === 'input_audio' ? { kind: 'audio' } : undefined;
}

export type ItemEvent = Extract<ClientEvent, { type: `conversation.item.${string}` }>;

export function handleItemEvent(event: ItemEvent, items: ItemStore, send: Send): void {
  if (event.type === 'conversation.item.create') {
    const { item, previousId } = items.add(event.item);
    send({ type: 'conversation.item.added', previous_item_id: previousId, item });
    send({ type: 'conversation.item.done', previous_item_id: previousId, item });
    return;
  }
  const item = items.get(event.item_id);
  if (item === undefined) {
    const message = 'The conversation has no item with this id.';
    send(errorEvent({ code: 'item_not_found', message, param: 'item_id' }, event.event_id));
    return;
  }
  switch (event.type) {
    case 'conversation.item.retrieve':
      send({ type: 'conversation.item.retrieved', item });
      return;
    case 'conversation.item.delete':
      items.remove(item.id);
      send({ type: 'conversation.item.deleted', item_id: item.id });
      return;
    case 'conversation.item.truncate': {
      const { content_index, audio_end_ms } = event;
      send({ type: 'conversation.item.truncated', item_id: item.id, content_index, audio_end_ms });
    }
  }
}
