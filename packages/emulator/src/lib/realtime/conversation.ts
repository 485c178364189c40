import { issuePaths } from '@realtime-session/protocol';
import type { AudioChunk } from '../audio/codec.ts';
import { toErrorDetail } from '../http/http-error.ts';
import { isRecord } from '../shared/json.ts';
import { updateSessionConfig } from '../state/session-config.ts';
import type { SessionConfig } from '../state/session-config.ts';
import { clientEventSchema, errorEvent } from './events.ts';
import type { ClientEvent } from './events.ts';
import { createInputAudio } from './input-audio.ts';
import { createItemStore, handleItemEvent } from './items.ts';
import { createResponder } from './responder.ts';
import type { ResponderOptions } from './responder.ts';

const TYPE_IS_FIXED = {
  code: 'invalid_value',
  message: 'The type of a session cannot change.',
  param: 'session.type',
};

export interface ConversationOptions extends Omit<ResponderOptions, 'items' | 'getSession'> {
  /** The session when it opens. */
  readonly session: SessionConfig;
  /** Shortest audio that counts as speech, in milliseconds. */
  readonly minSpeechMs: number;
}

export interface Conversation {
  /** Handles a client event, as parsed JSON. Never throws: sends an `error` event for an invalid one. */
  handleEvent(event: unknown): void;
  /** Takes audio from a media track. */
  appendAudio(chunk: AudioChunk): void;
}

/** Implements the event protocol of one session. */
export function createConversation(options: ConversationOptions): Conversation {
  const { send } = options;
  let { session } = options;
  const items = createItemStore();
  const getSession = (): SessionConfig => session;
  const responder = createResponder({ ...options, items, getSession });
  const audio = createInputAudio({
    send,
    items,
    getSession,
    minSpeechMs: options.minSpeechMs,
    interrupt: () => responder.interrupt(),
    respond: () => responder.respond(),
  });

  const dispatch = (event: ClientEvent): void => {
    switch (event.type) {
      case 'session.update':
        if (event.session.type !== session.type) {
          send(errorEvent(TYPE_IS_FIXED, event.event_id));
          return;
        }
        session = updateSessionConfig(session, event.session);
        send({ type: 'session.updated', session });
        return;
      case 'input_audio_buffer.append':
      case 'input_audio_buffer.commit':
      case 'input_audio_buffer.clear':
        audio.handleEvent(event);
        return;
      case 'response.create':
      case 'response.cancel':
      case 'output_audio_buffer.clear':
        responder.handleEvent(event);
        return;
      case 'conversation.item.create':
      case 'conversation.item.retrieve':
      case 'conversation.item.delete':
      case 'conversation.item.truncate':
        handleItemEvent(event, items, send);
    }
  };

  return {
    appendAudio: (chunk) => audio.append(chunk),
    handleEvent(input) {
      const parsed = clientEventSchema.safeParse(input);
      if (parsed.success) dispatch(parsed.data);
      else send(errorEvent(toErrorDetail(issuePaths(parsed.error, input)), getEventId(input)));
    },
  };
}

function getEventId(input: unknown): string | undefined {
  const id = isRecord(input) ? input['event_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
