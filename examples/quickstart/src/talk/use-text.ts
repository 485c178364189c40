import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { TokenManager } from '@realtime-session/core';
import { ask, type ClientEvent } from './client-event.ts';
import { explainFailure } from './explain-failure.ts';
import { openCall, type Call } from './open-call.ts';
import { silence, talk, type TalkState } from './talk-state.ts';

/** One click on Talk, up to the hang-up. */
interface Attempt {
  readonly hangUp: AbortController;
  readonly startedMs: number;
  call: Call | undefined;
}

/** A connection, of whichever kind, and what can be done with it. */
export interface Talk {
  /** What to show. */
  readonly state: TalkState;
  /** Opens a session if there is none, says something and asks for an answer. Call it in a click. */
  readonly say: (words: string) => void;
  /** Ends the session. */
  readonly hangUp: () => void;
}

/**
 * Talks to the API in writing, over a WebSocket session of its own. Everything that comes late, after a hang-up, is dropped.
 *
 * @param url - Where sessions are opened.
 * @param withToken - Opens with a fresh token, and once more with a new one if the first is refused.
 */
export function useText(url: string, withToken: TokenManager['withToken']): Talk {
  const [state, dispatch] = useReducer(talk, silence);
  const current = useRef<Attempt>(undefined);

  const end = useCallback(() => {
    const attempt = current.current;
    current.current = undefined;
    attempt?.hangUp.abort();
  }, []);
  useEffect(() => end, [end]);

  const send = (attempt: Attempt, events: readonly ClientEvent[]) => {
    for (const event of events) {
      attempt.call?.send(event);
      dispatch({ type: 'sent', eventType: event.type, atMs: performance.now() - attempt.startedMs });
    }
  };

  const dial = async (attempt: Attempt, first: readonly ClientEvent[]): Promise<void> => {
    const { signal } = attempt.hangUp;
    const finish = (action: Parameters<typeof dispatch>[0]) => {
      if (current.current !== attempt) return;
      end();
      dispatch(action);
    };
    try {
      attempt.call = await withToken(
        (token) =>
          openCall({
            url,
            token: token.value,
            signal,
            onEvent: (event) => {
              dispatch({ type: 'received', event, atMs: performance.now() - attempt.startedMs });
            },
            onEnd: () => finish({ type: 'ended' }),
          }),
        { signal },
      );
      if (current.current !== attempt) return;
      dispatch({ type: 'opened' });
      send(attempt, first);
    } catch (error) {
      finish({ type: 'failed', reason: explainFailure(error) });
    }
  };

  const say = (words: string) => {
    const events = ask(words, 'text');
    const running = current.current;
    if (running?.call !== undefined) {
      send(running, events);
      return;
    }
    if (running !== undefined) return;
    const attempt: Attempt = {
      hangUp: new AbortController(),
      startedMs: performance.now(),
      call: undefined,
    };
    current.current = attempt;
    dispatch({ type: 'dialed' });
    void dial(attempt, events);
  };

  const hangUp = () => {
    end();
    dispatch({ type: 'ended' });
  };

  return { state, say, hangUp };
}
