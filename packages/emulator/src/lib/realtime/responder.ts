import type { Fault } from '../faults/catalog.ts';
import { createId } from '../shared/create-id.ts';
import type { SessionConfig } from '../state/session-config.ts';
import { chooseReply } from './choose-reply.ts';
import type { Reply } from './choose-reply.ts';
import { errorEvent } from './events.ts';
import type { ClientEvent, Send } from './events.ts';
import type { ItemStore } from './items.ts';
import { failResponse, streamResponse } from './stream-response.ts';
import type { AudioTrack } from './stream-response.ts';

export type ResponseEvent = Extract<
  ClientEvent,
  { type: `response.${string}` | `output_audio_buffer.${string}` }
>;
type Overrides = NonNullable<Extract<ResponseEvent, { type: 'response.create' }>['response']>;

export interface ResponderOptions {
  readonly send: Send;
  readonly items: ItemStore;
  readonly getSession: () => SessionConfig;
  /** The media track of a WebRTC call; without one, audio is sent in events. */
  readonly track: AudioTrack | undefined;
  /** Delay between the chunks of a response, in milliseconds. */
  readonly paceMs: number;
  /** Returns the fault to apply to a response, if any, and counts it as applied. */
  readonly takeFault: () => Fault | undefined;
  /** Aborted when the session closes. */
  readonly closed: AbortSignal;
}

/** Creates responses, one at a time. */
export interface Responder {
  handleEvent(event: ResponseEvent): void;
  /** Starts a response when a turn has ended, unless one is active. */
  respond(): void;
  /** Cancels the active response because the user has started to speak. */
  interrupt(): void;
}

const ALREADY_ACTIVE =
  'The conversation already has an active response; wait for response.done, or cancel it.';
const NOT_ACTIVE = 'Cancellation failed: no active response found.';
const NO_TRACK = 'output_audio_buffer.clear is for WebRTC calls: on a WebSocket the client plays the audio.';

export function createResponder(options: ResponderOptions): Responder {
  const { send, items, paceMs, closed, track, getSession } = options;
  const conversationId = createId('conv');
  let active: AbortController | undefined;

  const startResponse = (overrides: Overrides = {}): void => {
    const session = getSession();
    const modality = overrides.output_modalities?.[0] ?? getModality(session);
    const response = { id: createId('resp'), conversationId, session, modality };
    if (options.takeFault() === 'response-failed') {
      failResponse(response, send);
      return;
    }
    const controller = new AbortController();
    active = controller;
    const reply = createReply(session, items, overrides);
    const signal = AbortSignal.any([controller.signal, closed]);
    void streamResponse({ response, items, reply, send, track, paceMs, signal }).finally(() => {
      active = undefined;
    });
  };
  const sendError = (code: string, message: string, { event_id }: ResponseEvent): void =>
    send(errorEvent({ code, message }, event_id));

  return {
    respond() {
      if (active === undefined) startResponse();
    },
    interrupt() {
      active?.abort('turn_detected');
      track?.clear();
    },
    handleEvent(event) {
      switch (event.type) {
        case 'response.create':
          if (active === undefined) startResponse(event.response);
          else sendError('conversation_already_has_active_response', ALREADY_ACTIVE, event);
          return;
        case 'response.cancel':
          if (active === undefined) sendError('response_cancel_not_active', NOT_ACTIVE, event);
          else active.abort('client_cancelled');
          return;
        case 'output_audio_buffer.clear':
          if (track === undefined) sendError('invalid_value', NO_TRACK, event);
          else track.clear();
      }
    },
  };
}

function createReply(session: SessionConfig, items: ItemStore, overrides: Overrides): Reply {
  const defaults = session.type === 'realtime' ? session : undefined;
  return chooseReply({
    input: items.latestInput(),
    tools: overrides.tools ?? defaults?.tools ?? [],
    toolChoice: overrides.tool_choice ?? defaults?.tool_choice,
  });
}

function getModality(session: SessionConfig): 'audio' | 'text' {
  return session.type === 'realtime' ? (session.output_modalities?.[0] ?? 'audio') : 'text';
}
