import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { TokenManager } from '@realtime-session/core';
import { describeSessionError } from '../describe-error.ts';
import { createMessageEvents, type ClientEvent } from './events.ts';
import { openSession, type WebSocketSession } from './open-session.ts';
import { initialTalkState, talkReducer, type TalkAction, type TalkState } from './talk-state.ts';

/** A WebSocket or WebRTC session, and what the panel can do with it. */
export interface TalkSession {
  readonly state: TalkState;
  /** Opens a session if none is open, sends a message and requests a response. Call it in a click handler. */
  readonly sendMessage: (message: string) => void;
  readonly hangUp: () => void;
}

/** One session, from the click on Talk until it ends. */
interface Attempt {
  readonly controller: AbortController;
  readonly startedAtMs: number;
  session: WebSocketSession | undefined;
}

/**
 * Talks to the API with text over WebSocket. Everything that arrives after the end of a session is ignored.
 *
 * @param url - Where sessions are opened.
 * @param withToken - Provides a fresh token, and retries once with a new one if the API rejects the first.
 */
export function useText(url: string, withToken: TokenManager['withToken']): TalkSession {
  const [state, dispatch] = useReducer(talkReducer, initialTalkState);
  const currentAttempt = useRef<Attempt>(undefined);

  const endAttempt = useCallback(() => {
    const attempt = currentAttempt.current;
    currentAttempt.current = undefined;
    attempt?.controller.abort();
  }, []);
  useEffect(() => endAttempt, [endAttempt]);

  const send = (attempt: Attempt, events: readonly ClientEvent[]) => {
    for (const event of events) {
      attempt.session?.send(event);
      dispatch({ type: 'sent', eventType: event.type, atMs: performance.now() - attempt.startedAtMs });
    }
  };

  const connect = async (attempt: Attempt, firstEvents: readonly ClientEvent[]): Promise<void> => {
    const { signal } = attempt.controller;
    const finish = (action: TalkAction) => {
      if (currentAttempt.current !== attempt) return;
      endAttempt();
      dispatch(action);
    };
    try {
      attempt.session = await withToken(
        (token) =>
          openSession({
            url,
            token: token.value,
            signal,
            onEvent: (event) => {
              dispatch({ type: 'received', event, atMs: performance.now() - attempt.startedAtMs });
            },
            onEnd: () => finish({ type: 'ended' }),
          }),
        { signal },
      );
      if (currentAttempt.current !== attempt) return;
      dispatch({ type: 'connected' });
      send(attempt, firstEvents);
    } catch (error) {
      finish({ type: 'failed', reason: describeSessionError(error) });
    }
  };

  const sendMessage = (message: string) => {
    const events = createMessageEvents(message, 'text');
    const running = currentAttempt.current;
    if (running?.session !== undefined) {
      send(running, events);
      return;
    }
    if (running !== undefined) return;
    const attempt: Attempt = {
      controller: new AbortController(),
      startedAtMs: performance.now(),
      session: undefined,
    };
    currentAttempt.current = attempt;
    dispatch({ type: 'connecting' });
    void connect(attempt, events);
  };

  const hangUp = () => {
    endAttempt();
    dispatch({ type: 'ended' });
  };

  return { state, sendMessage, hangUp };
}
