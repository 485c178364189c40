import { errorEvent } from './error-event.ts';
import type { Send } from './server-event.ts';
import type { ClientEvent } from './client-event.ts';
import type { Items } from './items.ts';

/** A client event about the items of the conversation. */
export type ItemEvent = Extract<ClientEvent, { type: `conversation.item.${string}` }>;

/**
 * Adds, shows, removes or cuts an item.
 *
 * @param event - What the client asks for.
 * @param items - The conversation.
 * @param send - Sends events to the client.
 */
export function answerItemEvent(event: ItemEvent, items: Items, send: Send): void {
  if (event.type === 'conversation.item.create') {
    const { item, previousId } = items.add(event.item);
    send({ type: 'conversation.item.added', previous_item_id: previousId, item });
    send({ type: 'conversation.item.done', previous_item_id: previousId, item });
    return;
  }
  const item = items.get(event.item_id);
  if (item === undefined) {
    const message = 'There is no item of that id in the conversation.';
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
