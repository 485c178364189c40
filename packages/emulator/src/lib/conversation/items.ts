import { randomId } from '../credentials/random-id.ts';
import { heardIn } from './heard.ts';
import type { Item } from './item.ts';
import type { Heard } from './heard.ts';

const MAX_ITEMS = 1_000;

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
  /** What there is to answer to: the newest thing the user wrote, said or returned from a tool. */
  lastHeard(): Heard | undefined;
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
    lastHeard: () =>
      [...items.values()]
        .reverse()
        .map(heardIn)
        .find((heard) => heard !== undefined),
  };
}
