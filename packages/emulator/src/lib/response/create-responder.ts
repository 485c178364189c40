import type { ClientEvent } from '../conversation/client-event.ts';
import type { ConversationStart } from '../conversation/conversation-start.ts';
import { errorEvent } from '../conversation/error-event.ts';
import type { Items } from '../conversation/items.ts';
import { randomId } from '../credentials/random-id.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import { chooseAnswer } from './choose-answer.ts';
import type { Answer } from './choose-answer.ts';
import { failResponse, streamResponse } from './stream-response.ts';

/** A client event about responses. */
export type ResponseEvent = Extract<
  ClientEvent,
  { type: `response.${string}` | `output_audio_buffer.${string}` }
>;
type CreateEvent = Extract<ResponseEvent, { type: 'response.create' }>;

/** What a responder needs: the conversation's own needs, its items, and the session as it is now. */
export interface ResponderStart extends Pick<
  ConversationStart,
  'send' | 'paceMs' | 'over' | 'speaker' | 'takeFault'
> {
  /** The conversation. */
  readonly items: Items;
  /** The session as it is now. */
  readonly currentSession: () => EffectiveSession;
}

/** Makes responses, one at a time. */
export interface Responder {
  /** Takes one event. */
  receive(event: ResponseEvent): void;
  /** The user has finished a turn: makes a response, unless one is being made. */
  respond(): void;
  /** The user has begun to speak: stops what is being said. */
  interrupt(): void;
}

/**
 * A responder at rest.
 *
 * @param start - What it needs.
 */
export function createResponder(start: ResponderStart): Responder {
  const { send, items, paceMs, over, speaker, currentSession } = start;
  const conversationId = randomId('conv');
  let active: AbortController | undefined;

  const respond = (wishes: CreateEvent['response'] = {}): void => {
    const stop = new AbortController();
    active = stop;
    const session = currentSession();
    const modality = wishes.output_modalities?.[0] ?? sessionModality(session);
    const state = { id: randomId('resp'), conversationId, session, modality };
    if (start.takeFault() === 'response-failed') {
      active = undefined;
      failResponse(state, send);
      return;
    }
    const answer = answerIn(session, items, wishes);
    const signal = AbortSignal.any([stop.signal, over]);
    const done = streamResponse({ state, items, answer, send, speaker, paceMs, stop: signal });
    void done.finally(() => {
      active = undefined;
    });
  };
  const refuse = (code: string, message: string, eventId?: string): void =>
    send(errorEvent({ code, message }, eventId));

  return {
    respond() {
      if (active === undefined) respond();
    },
    interrupt() {
      active?.abort('turn_detected');
      speaker?.clear();
    },
    receive(event) {
      switch (event.type) {
        case 'response.create':
          if (active === undefined) respond(event.response);
          else refuse('conversation_already_has_active_response', ALREADY_ACTIVE, event.event_id);
          return;
        case 'response.cancel':
          if (active === undefined) refuse('response_cancel_not_active', NOT_ACTIVE, event.event_id);
          else active.abort('client_cancelled');
          return;
        case 'output_audio_buffer.clear':
          if (speaker === undefined) refuse('invalid_value', NO_TRACK, event.event_id);
          else speaker.clear();
      }
    },
  };
}

const ALREADY_ACTIVE =
  'The conversation already has an active response; wait for response.done, or cancel it.';
const NOT_ACTIVE = 'Cancellation failed: no active response found.';
const NO_TRACK = 'output_audio_buffer.clear is for WebRTC calls: on a WebSocket the client plays the sound.';

function answerIn(
  session: EffectiveSession,
  items: Items,
  wishes: NonNullable<CreateEvent['response']>,
): Answer {
  const ofSession = session.type === 'realtime' ? session : undefined;
  return chooseAnswer({
    heard: items.lastHeard(),
    tools: wishes.tools ?? ofSession?.tools ?? [],
    toolChoice: wishes.tool_choice ?? ofSession?.tool_choice,
  });
}

function sessionModality(session: EffectiveSession): 'audio' | 'text' {
  return session.type === 'realtime' ? (session.output_modalities?.[0] ?? 'audio') : 'text';
}
