import { randomId } from '../credentials/random-id.ts';
import type { Item } from '../conversation/item.ts';
import type { ResponseStart } from './response-start.ts';

/** An item of a response that is being made. */
export interface OpenItem {
  /** The item as it began. */
  readonly item: Item;
  /** Closes it: the finished item replaces the one that was begun, and the client is told. */
  close(members: object): Item;
}

/**
 * Begins the one item of a response and tells the client.
 *
 * @param start - The response.
 * @param members - The item, without id and status.
 */
export function openItem(
  { state, items, send }: ResponseStart,
  members: Readonly<Record<string, unknown>> & { readonly type: string },
): OpenItem {
  const { item, previousId } = items.add({ ...members, status: 'in_progress', id: randomId('item') });
  const place = { response_id: state.id, output_index: 0 };
  send({ type: 'response.output_item.added', ...place, item });
  send({ type: 'conversation.item.added', previous_item_id: previousId, item });
  return {
    item,
    close(changes) {
      const finished = items.add({ ...item, ...changes }).item;
      send({ type: 'response.output_item.done', ...place, item: finished });
      send({ type: 'conversation.item.done', previous_item_id: previousId, item: finished });
      return finished;
    },
  };
}
