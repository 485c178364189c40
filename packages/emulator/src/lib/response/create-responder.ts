import type { ClientEvent } from '../conversation/client-event.ts';
import type { ConversationStart } from '../conversation/conversation-start.ts';
import type { Items } from '../conversation/items.ts';
import { randomId } from '../credentials/random-id.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import { errorEvent } from '../websocket/error-event.ts';
import { streamResponse } from './stream-response.ts';

const MAX_QUOTE_LENGTH = 200;

/** A client event about responses. */
export type ResponseEvent = Extract<ClientEvent, { type: `response.${string}` }>;

/** What a responder needs: the conversation's own needs, its items, and the session as it is now. */
export interface ResponderStart extends Pick<ConversationStart, 'send' | 'paceMs' | 'over'> {
  /** The conversation. */
  readonly items: Items;
  /** The session as it is now. */
  readonly currentSession: () => EffectiveSession;
}

/** Makes responses, one at a time. */
export interface Responder {
  /** Takes one event. */
  receive(event: ResponseEvent): void;
}

/**
 * A responder at rest.
 *
 * @param start - What it needs.
 */
export function createResponder(start: ResponderStart): Responder {
  const { send, items, paceMs, over, currentSession } = start;
  const conversationId = randomId('conv');
  let active: AbortController | undefined;

  const create = (event: Extract<ResponseEvent, { type: 'response.create' }>): void => {
    if (active !== undefined) {
      const message =
        'The conversation already has an active response; wait for response.done, or cancel it.';
      send(errorEvent({ code: 'conversation_already_has_active_response', message }, event.event_id));
      return;
    }
    const stop = new AbortController();
    active = stop;
    const session = currentSession();
    const modality = event.response?.output_modalities?.[0] ?? sessionModality(session);
    const state = { id: randomId('resp'), conversationId, session, modality };
    const signal = AbortSignal.any([stop.signal, over]);
    const done = streamResponse({ state, items, text: words(items), send, paceMs, stop: signal });
    void done.finally(() => {
      active = undefined;
    });
  };

  return {
    receive(event) {
      if (event.type === 'response.create') create(event);
      else if (active === undefined) {
        const message = 'Cancellation failed: no active response found.';
        send(errorEvent({ code: 'response_cancel_not_active', message }, event.event_id));
      } else active.abort();
    },
  };
}

function sessionModality(session: EffectiveSession): 'audio' | 'text' {
  return session.type === 'realtime' ? (session.output_modalities?.[0] ?? 'audio') : 'text';
}

function words(items: Items): string {
  const heard = items.lastUserText();
  return heard === undefined
    ? 'Hello from the local emulator.'
    : `You said: ${heard.slice(0, MAX_QUOTE_LENGTH)}`;
}
