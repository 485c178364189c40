import { randomId } from '../credentials/random-id.ts';

const MAX_ITEMS = 1_000;

/** One item of a conversation. */
export interface Item {
  /** Item id, `item_…` unless the client chose one. */
  readonly id: string;
  /** What it is, such as `message`. */
  readonly type: string;
  /** The rest, as it was sent. */
  readonly [member: string]: unknown;
}

/** The newest 1000 items of one conversation, in order. */
export interface Items {
  /** Adds an item at the end and names the one before it, `null` for the first. */
  add(item: Readonly<Record<string, unknown>> & { readonly type: string }): {
    item: Item;
    previousId: string | null;
  };
  /** The item of that id. */
  get(id: string): Item | undefined;
  /** Takes an item out, and says whether it was there. */
  remove(id: string): 'removed' | 'unknown';
  /** What the user wrote last, `undefined` before the first written message. */
  lastUserText(): string | undefined;
}

/** An empty conversation. */
export function createItems(): Items {
  const items = new Map<string, Item>();
  return {
    add(given) {
      const id = typeof given['id'] === 'string' ? given['id'] : randomId('item');
      const previousId = [...items.keys()].at(-1) ?? null;
      const item = { object: 'realtime.item', status: 'completed', ...given, id, type: given.type };
      items.set(id, item);
      const [oldest] = items.keys();
      if (items.size > MAX_ITEMS && oldest !== undefined) items.delete(oldest);
      return { item, previousId };
    },
    get: (id) => items.get(id),
    remove: (id) => (items.delete(id) ? 'removed' : 'unknown'),
    lastUserText: () =>
      [...items.values()]
        .reverse()
        .map(userText)
        .find((text) => text !== undefined),
  };
}

function userText(item: Item): string | undefined {
  if (item['role'] !== 'user' || !Array.isArray(item['content'])) return undefined;
  const parts: unknown[] = item['content'];
  return parts.map(textOf).find((text) => text !== undefined);
}

function textOf(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null || !('text' in part)) return undefined;
  return typeof part.text === 'string' ? part.text : undefined;
}
