import { useCallback, useEffect, useRef, useState } from 'react';
import type { TokenManager } from '@realtime-session/core';
import type { RealtimeEvent } from '@realtime-session/react/webrtc';
import { describeSessionEnd, describeSessionError } from '../describe-error.ts';
import type { Call, CallState } from './call-state.ts';
import { createEventSource, createMessageEvents, followEvents } from './follow-events.ts';
import { openSession, type WebSocketSession } from './open-session.ts';
import type { CallOptions } from './use-voice.ts';

/** One session, from the click on Talk until it ends. */
interface Attempt {
  readonly controller: AbortController;
  session: WebSocketSession | undefined;
}

interface TextOptions extends CallOptions {
  /** Provides the tokens. */
  readonly session: Pick<TokenManager, 'withToken'>;
  readonly model: string;
}

/** Writes with the model over WebSocket. Everything that arrives after the end of a session is ignored. */
export function useText({ session, model, dispatch, onEvent }: TextOptions): Call {
  const [state, setState] = useState<CallState>({ status: 'idle' });
  const [events] = useState(createEventSource);
  const currentAttempt = useRef<Attempt>(undefined);

  useEffect(() => followEvents(events, 'text', dispatch), [events, dispatch]);

  const endAttempt = useCallback(() => {
    const attempt = currentAttempt.current;
    currentAttempt.current = undefined;
    attempt?.controller.abort();
  }, []);
  useEffect(() => endAttempt, [endAttempt]);

  const send = (attempt: Attempt, message: string) => {
    for (const event of createMessageEvents(message, 'text')) {
      attempt.session?.send(event);
      onEvent('page', event.type);
    }
  };

  const receive = (event: RealtimeEvent) => {
    onEvent('api', event.type);
    events.emit(event);
  };

  const connect = async (attempt: Attempt, firstMessage: string): Promise<void> => {
    const { signal } = attempt.controller;
    const fail = (reason: string) => {
      if (currentAttempt.current !== attempt) return;
      endAttempt();
      setState({ status: 'failed', reason });
    };
    try {
      attempt.session = await session.withToken(
        ({ value: token, callsUrl }) =>
          openSession({
            url: toWebSocketUrl(callsUrl, model),
            token,
            signal,
            onEvent: receive,
            onEnd: (closeCode) => fail(describeSessionEnd(closeCode)),
          }),
        { signal },
      );
      if (currentAttempt.current !== attempt) return;
      setState({ status: 'connected' });
      send(attempt, firstMessage);
    } catch (error) {
      fail(describeSessionError(error));
    }
  };

  return {
    state,
    sendMessage(message) {
      const running = currentAttempt.current;
      dispatch({ type: 'wrote', text: message });
      if (running?.session !== undefined) send(running, message);
      if (running !== undefined) return;
      const attempt: Attempt = { controller: new AbortController(), session: undefined };
      currentAttempt.current = attempt;
      setState({ status: 'connecting' });
      void connect(attempt, message);
    },
    hangUp() {
      endAttempt();
      setState({ status: 'closed' });
    },
  };
}

/** WebSockets have the base URL of the calls, which a token names if it is not of OpenAI itself. */
function toWebSocketUrl(callsUrl = 'https://api.openai.com/v1/realtime/calls', model: string): string {
  const url = new URL('../realtime', callsUrl);
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('model', model);
  return url.href;
}
