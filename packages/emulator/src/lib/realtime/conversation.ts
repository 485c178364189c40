import { issuePaths } from '@realtime-session/protocol';
import type { AudioChunk } from '../audio/codec.ts';
import type { Fault } from '../faults/catalog.ts';
import { toErrorDetail } from '../http/http-error.ts';
import type { HttpError } from '../http/http-error.ts';
import type { RequestedSession, SessionConfig } from '../state/session-config.ts';
import { clientEventSchema, errorEvent, getEventId } from './events.ts';
import type { ClientEvent } from './events.ts';
import { handleItemEvent } from './handle-item-event.ts';
import { createIdleTimer } from './idle-timer.ts';
import { createInputAudio } from './input-audio.ts';
import type { InputAudio } from './input-audio.ts';
import { createItemStore } from './items.ts';
import type { ItemStore } from './items.ts';
import { createResponder } from './responder.ts';
import type { Responder, ResponderOptions } from './responder.ts';
import { createSessionState } from './session-state.ts';
import type { SessionState } from './session-state.ts';
import { getAudioInput, getIdleTimeoutMs } from './turn-detection.ts';

export interface ConversationOptions extends Omit<
  ResponderOptions,
  'items' | 'getSession' | 'checkResponse' | 'onStart' | 'onDone'
> {
  /** The session when it opens. */
  readonly session: SessionConfig;
  /** Returns the error if the models or the voice of an update, or of a response, do not exist. */
  readonly checkSession: (update: RequestedSession, parent: 'session' | 'response') => HttpError | undefined;
  /** Shortest audio that counts as speech, in milliseconds. */
  readonly minSpeechMs: number;
  /** Runs a callback on the emulator's clock. Returns a function that cancels it. */
  readonly schedule: (delayMs: number, run: () => void) => () => void;
  /** Returns the fault to apply to a transcription, if any, and counts it as applied. */
  readonly takeTranscriptionFault: () => Fault | undefined;
}

export interface Conversation {
  /** Handles a client event, as parsed JSON. Never throws: sends an `error` event for an invalid one. */
  handleEvent(event: unknown): void;
  /** Takes audio from a media track. */
  appendAudio(chunk: AudioChunk): void;
  /** Returns the session as it is now. */
  getSession(): SessionConfig;
}

/** Implements the event protocol of one session. */
export function createConversation(options: ConversationOptions): Conversation {
  const { send } = options;
  const parts = createParts(options);
  const dispatch = (event: ClientEvent): void => {
    switch (event.type) {
      case 'session.update': {
        const refusal = parts.session.update(event.session);
        if (refusal === undefined) send({ type: 'session.updated', session: parts.session.get() });
        else send(errorEvent(refusal, event.event_id));
        return;
      }
      case 'input_audio_buffer.append':
      case 'input_audio_buffer.commit':
      case 'input_audio_buffer.clear':
        parts.audio.handleEvent(event);
        return;
      case 'response.create':
      case 'response.cancel':
      case 'output_audio_buffer.clear':
        parts.responder.handleEvent(event);
        return;
      case 'conversation.item.create':
      case 'conversation.item.retrieve':
      case 'conversation.item.delete':
      case 'conversation.item.truncate': {
        const format = getAudioInput(parts.session.get())?.format;
        handleItemEvent(event, { ...options, items: parts.items, format });
      }
    }
  };

  return {
    appendAudio: (chunk) => parts.audio.append(chunk),
    getSession: () => parts.session.get(),
    handleEvent(input) {
      const parsed = clientEventSchema.safeParse(input);
      if (parsed.success) dispatch(parsed.data);
      else send(errorEvent(toErrorDetail(issuePaths(parsed.error, input)), getEventId(input)));
    },
  };
}

interface Parts {
  readonly session: SessionState;
  readonly items: ItemStore;
  readonly responder: Responder;
  readonly audio: InputAudio;
}

/** Creates the parts of a conversation, and connects them. */
function createParts(options: ConversationOptions): Parts {
  const { schedule, closed } = options;
  const items = createItemStore();
  const session = createSessionState({
    session: options.session,
    checkUpdate: (update) => options.checkSession(update, 'session')?.detail,
    hasSpoken: () => responder.hasSpoken(),
  });
  const idle = createIdleTimer({
    schedule,
    getTimeoutMs: () => getIdleTimeoutMs(session.get()),
    onTimeout(timeoutMs) {
      audio.commitSilence(timeoutMs);
      responder.respond();
    },
  });
  closed.addEventListener('abort', () => idle.cancel());
  const shared = { ...options, items, getSession: () => session.get() };
  const responder = createResponder({
    ...shared,
    checkResponse: (settings) => options.checkSession(settings, 'response')?.detail,
    onStart: () => idle.cancel(),
    onDone(audioMs) {
      if (!closed.aborted) idle.start(audioMs);
    },
  });
  const audio = createInputAudio({
    ...shared,
    onSpeech: () => idle.cancel(),
    interrupt: () => responder.interrupt(),
    respond: () => responder.respond(),
  });
  return { session, items, responder, audio };
}
