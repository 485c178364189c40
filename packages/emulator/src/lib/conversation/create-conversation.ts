import { issuePaths } from '@realtime-session/protocol';
import { refusal } from '../http/refusal.ts';
import { createResponder } from '../response/create-responder.ts';
import { updateSession } from '../session/effective-session.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import { errorEvent } from './error-event.ts';
import type { Sound } from '../sound/decode-sound.ts';
import { createAudioBuffer } from './audio-buffer.ts';
import { clientEventSchema } from './client-event.ts';
import type { ClientEvent } from './client-event.ts';
import type { ConversationStart } from './conversation-start.ts';
import { answerItemEvent } from './item-events.ts';
import { createItems } from './items.ts';

const TYPE_IS_FIXED = {
  code: 'invalid_value',
  message: 'The type of a session cannot change.',
  param: 'session.type',
};

/** A running conversation. */
export interface Conversation {
  /** Takes one event of the client, as parsed JSON. Never throws: what is wrong is answered with an `error` event. */
  receive(event: unknown): void;
  /** Takes sound from a media track. */
  hear(sound: Sound): void;
}

/**
 * Speaks the event protocol of one session.
 *
 * @param start - Session, sender, pace and end.
 */
export function createConversation(start: ConversationStart): Conversation {
  const { send } = start;
  let { session } = start;
  const items = createItems();
  const currentSession = (): EffectiveSession => session;
  const responder = createResponder({ ...start, items, currentSession });
  const audio = createAudioBuffer({
    send,
    items,
    currentSession,
    minSpeechMs: start.minSpeechMs,
    interrupt: () => responder.interrupt(),
    respond: () => responder.respond(),
  });

  const act = (event: ClientEvent): void => {
    switch (event.type) {
      case 'session.update':
        if (event.session.type !== session.type) {
          send(errorEvent(TYPE_IS_FIXED, event.event_id));
          return;
        }
        session = updateSession(session, event.session);
        send({ type: 'session.updated', session });
        return;
      case 'input_audio_buffer.append':
      case 'input_audio_buffer.commit':
      case 'input_audio_buffer.clear':
        audio.receive(event);
        return;
      case 'response.create':
      case 'response.cancel':
      case 'output_audio_buffer.clear':
        responder.receive(event);
        return;
      case 'conversation.item.create':
      case 'conversation.item.retrieve':
      case 'conversation.item.delete':
      case 'conversation.item.truncate':
        answerItemEvent(event, items, send);
    }
  };

  return {
    hear: (sound) => audio.hear(sound),
    receive(raw) {
      const parsed = clientEventSchema.safeParse(raw);
      if (parsed.success) act(parsed.data);
      else send(errorEvent(refusal(issuePaths(parsed.error, raw), ''), eventIdOf(raw)));
    },
  };
}

function eventIdOf(raw: unknown): string | undefined {
  const id = typeof raw === 'object' && raw !== null && 'event_id' in raw ? raw.event_id : undefined;
  return typeof id === 'string' ? id : undefined;
}
