import { errorEvent } from '../websocket/error-event.ts';
import type { Send } from '../websocket/server-event.ts';
import type { ClientEvent } from './client-event.ts';
import type { Items } from './items.ts';

/** A client event about the sound it sends. */
export type AudioEvent = Extract<ClientEvent, { type: `input_audio_buffer.${string}` }>;

/** What a client has said but not committed. Sound is counted, not kept. */
export interface AudioBuffer {
  /** Takes one event. */
  receive(event: AudioEvent): void;
}

/**
 * An empty buffer.
 *
 * @param send - Sends events to the client.
 * @param items - The conversation committed sound goes to.
 */
export function createAudioBuffer(send: Send, items: Items): AudioBuffer {
  let characters = 0;
  const commit = (event: AudioEvent): void => {
    if (characters === 0) {
      const message = 'The input audio buffer is empty.';
      send(errorEvent({ code: 'input_audio_buffer_commit_empty', message }, event.event_id));
      return;
    }
    characters = 0;
    const content = [{ type: 'input_audio', transcript: null }];
    const { item, previousId } = items.add({ type: 'message', role: 'user', content });
    send({ type: 'input_audio_buffer.committed', previous_item_id: previousId, item_id: item.id });
    send({ type: 'conversation.item.added', previous_item_id: previousId, item });
    send({ type: 'conversation.item.done', previous_item_id: previousId, item });
  };
  return {
    receive(event) {
      switch (event.type) {
        case 'input_audio_buffer.append':
          characters += event.audio.length;
          return;
        case 'input_audio_buffer.clear':
          characters = 0;
          send({ type: 'input_audio_buffer.cleared' });
          return;
        case 'input_audio_buffer.commit':
          commit(event);
      }
    },
  };
}
