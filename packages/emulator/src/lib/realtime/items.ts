import type { CreateId } from '../shared/create-id.ts';
import type { ClientItem } from './item-schema.ts';

const MAX_ITEMS = 1_000;

/** A message of the assistant, as the emulator creates it. */
export interface AssistantMessage {
  readonly type: 'message';
  readonly role: 'assistant';
  readonly content: readonly AssistantPart[];
}

type AssistantPart =
  | { readonly type: 'output_text'; readonly text: string }
  /** Without a transcript after it was truncated. */
  | { readonly type: 'output_audio'; readonly transcript?: string };

/** A message of the user that was spoken. The audio itself is not kept. */
export interface SpokenMessage {
  readonly type: 'message';
  readonly role: 'user';
  readonly content: readonly [{ readonly type: 'input_audio'; readonly transcript: string | null }];
}

type Status = 'completed' | 'incomplete' | 'in_progress';

/** An item before it gets its id. */
export type ItemContent = (ClientItem | AssistantMessage | SpokenMessage) & {
  readonly id?: string;
  readonly status?: Status;
};

/** One item of a conversation. Its id is `item_…` unless the client chose one. */
export type Item = ItemContent & { readonly id: string };

/** An item, and what the emulator knows about it. */
export interface ItemEntry {
  readonly item: Item;
  /** Length of its audio, in milliseconds. */
  readonly audioMs: number;
  /** What was said in its audio, whether it is transcribed for the client or not. */
  readonly spokenText: string;
  /** Whether the client truncated its audio. Its transcript is gone for good. */
  readonly isTruncated: boolean;
}

/** Input that a response can answer. `text` is empty for silence and for an image without text. */
export interface UserInput {
  readonly kind: 'text' | 'audio' | 'image' | 'function-output';
  readonly text: string;
  readonly itemId: string;
  /** Name of the function whose output it is. */
  readonly functionName?: string;
}

/** The newest 1,000 items of one conversation, in order. */
export interface ItemStore {
  /**
   * Inserts an entry after the item `previousId`: at the end if it is omitted, at the beginning for `root`. Returns the id of
   * the item before it, or `null`; `undefined` if the conversation has no item `previousId`.
   */
  insert(entry: ItemEntry, previousId?: string): string | null | undefined;
  get(id: string): ItemEntry | undefined;
  /** Changes an entry. Does nothing if it was deleted. */
  update(id: string, change: (entry: ItemEntry) => ItemEntry): void;
  remove(id: string): void;
  list(): readonly ItemEntry[];
}

export function createItemStore(): ItemStore {
  const entries: ItemEntry[] = [];
  const findIndex = (id: string): number => entries.findIndex(({ item }) => item.id === id);
  return {
    insert(entry, previousId) {
      const index = previousId === undefined ? entries.length : findIndex(previousId) + 1;
      if (index === 0 && previousId !== 'root' && previousId !== undefined) return undefined;
      const before = entries[index - 1]?.item.id ?? null;
      entries.splice(index, 0, entry);
      if (entries.length > MAX_ITEMS) entries.shift();
      return before;
    },
    get: (id) => entries[findIndex(id)],
    update(id, change) {
      const index = findIndex(id);
      const entry = entries[index];
      if (entry !== undefined) entries[index] = change(entry);
    },
    remove(id) {
      const index = findIndex(id);
      if (index >= 0) entries.splice(index, 1);
    },
    list: () => entries,
  };
}

/** Completes an item with the members that the API adds. */
export function toItem(content: ItemContent, createId: CreateId): Item {
  const id = content.id ?? createId('item');
  switch (content.type) {
    case 'message':
    case 'function_call_output':
      return { object: 'realtime.item', status: 'completed', ...content, id };
    case 'function_call':
      return { object: 'realtime.item', status: 'completed', call_id: createId('call'), ...content, id };
    default:
      return { ...content, id };
  }
}

/** Returns the newest text, audio, image or function output of the user. */
export function findLatestInput(entries: readonly ItemEntry[]): UserInput | undefined {
  return [...entries]
    .reverse()
    .map((entry) => toUserInput(entry, entries))
    .find((input) => input !== undefined);
}

/** Returns the call of a function with this id, if the conversation has it. */
export function findCall(
  entries: readonly ItemEntry[],
  callId: string,
): Extract<Item, { type: 'function_call' }> | undefined {
  return entries
    .map(({ item }) => item)
    .find(
      (item): item is Extract<Item, { type: 'function_call' }> =>
        item.type === 'function_call' && item.call_id === callId,
    );
}

function toUserInput({ item, spokenText }: ItemEntry, entries: readonly ItemEntry[]): UserInput | undefined {
  if (item.type === 'function_call_output') {
    const functionName = findCall(entries, item.call_id)?.name;
    return {
      kind: 'function-output',
      text: item.output,
      itemId: item.id,
      ...(functionName === undefined ? {} : { functionName }),
    };
  }
  if (item.type !== 'message' || item.role !== 'user') return undefined;
  const texts = item.content.flatMap((part) => (part.type === 'input_text' ? [part.text] : []));
  const kinds = new Set<string>(item.content.map(({ type }) => type));
  if (kinds.has('input_image')) return { kind: 'image', text: texts.join(' '), itemId: item.id };
  if (texts.length > 0) return { kind: 'text', text: texts.join(' '), itemId: item.id };
  return kinds.has('input_audio') ? { kind: 'audio', text: spokenText, itemId: item.id } : undefined;
}
