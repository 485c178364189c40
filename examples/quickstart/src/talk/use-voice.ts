import { useEffect, useReducer, useRef, useState } from 'react';
import { useRealtimeConnection, type ConnectionStatus } from '@realtime-session/react/webrtc';
import type { TokenManager } from '@realtime-session/core';
import { ask } from './client-event.ts';
import { explainBreakdown } from './explain-failure.ts';
import { readServerEvent } from './server-event.ts';
import { silence, talk } from './talk-state.ts';
import type { Talk } from './use-text.ts';

/** A spoken connection. */
export interface Voice extends Talk {
  /** What the microphone hears, while it is open. */
  readonly microphone: MediaStream | undefined;
  /** Whether the user is heard. */
  readonly isMuted: boolean;
  /** Silences the microphone, or lets it be heard again. */
  readonly toggleMute: () => void;
  /** Whether the browser plays nothing until it is asked in a click. */
  readonly isSilenced: boolean;
  /** Asks it. */
  readonly unblock: () => void;
}

const isOpen = (status: ConnectionStatus): boolean =>
  status === 'connecting' || status === 'connected' || status === 'reconnecting';

/**
 * Talks to the API over WebRTC. It comes back by itself when the connection breaks down.
 *
 * @param url - Where offers are posted.
 * @param session - Where tokens come from.
 */
export function useVoice(url: string, session: Pick<TokenManager, 'withToken'>): Voice {
  const [state, dispatch] = useReducer(talk, silence);
  const [microphone, setMicrophone] = useState<MediaStream>();
  const [isMuted, setIsMuted] = useState(false);
  const startedMs = useRef(0);
  const sinceClickMs = () => performance.now() - startedMs.current;

  const connection = useRealtimeConnection(session, {
    url,
    reconnectLimit: 8,
    onMicrophone: setMicrophone,
    onEvent(event) {
      const read = readServerEvent(event);
      if (read) dispatch({ type: 'received', event: read, atMs: sinceClickMs() });
    },
  });
  const { status, attempt, error, connect, close, send, mute, unmute } = connection;

  useEffect(() => {
    if (status === 'connecting') dispatch({ type: 'dialed' });
    if (status === 'connected') dispatch({ type: 'opened' });
    if (status === 'reconnecting') dispatch({ type: 'reconnecting', attempt });
    if (status === 'closed') dispatch({ type: 'ended' });
    if (status === 'failed') dispatch({ type: 'failed', reason: explainBreakdown(error) });
  }, [status, attempt, error]);

  const say = (words: string) => {
    if (!isOpen(status)) startedMs.current = performance.now();
    void connect().then(
      () => {
        for (const event of ask(words, 'voice')) {
          send(event);
          dispatch({ type: 'sent', eventType: event.type, atMs: sinceClickMs() });
        }
      },
      // The state says why.
      () => undefined,
    );
  };

  return {
    state,
    say,
    hangUp: close,
    microphone: isOpen(status) ? microphone : undefined,
    isMuted,
    toggleMute() {
      if (isMuted) unmute();
      else mute();
      setIsMuted(!isMuted);
    },
    isSilenced: connection.playbackBlocked === true,
    unblock: connection.resumePlayback,
  };
}
