import { useEffect, useReducer, useRef, useState } from 'react';
import { useRealtimeConnection, type ConnectionStatus } from '@realtime-session/react/webrtc';
import type { TokenManager } from '@realtime-session/core';
import { describeConnectionError } from '../describe-error.ts';
import { createMessageEvents, readServerEvent } from './events.ts';
import { initialTalkState, talkReducer } from './talk-state.ts';
import type { TalkSession } from './use-text.ts';

export interface VoiceSession extends TalkSession {
  /** The microphone, while a call is open. */
  readonly microphone: MediaStream | undefined;
  readonly isMuted: boolean;
  readonly toggleMute: () => void;
  /** Whether the browser blocks playback until the user clicks. */
  readonly isPlaybackBlocked: boolean;
  readonly resumePlayback: () => void;
}

const isOpen = (status: ConnectionStatus): boolean =>
  status === 'connecting' || status === 'connected' || status === 'reconnecting';

/**
 * Talks to the API by voice over WebRTC. Reconnects automatically when the connection is lost.
 *
 * @param url - Where offers are posted.
 * @param session - Provides the tokens.
 */
export function useVoice(url: string, session: Pick<TokenManager, 'withToken'>): VoiceSession {
  const [state, dispatch] = useReducer(talkReducer, initialTalkState);
  const [microphone, setMicrophone] = useState<MediaStream>();
  const [isMuted, setIsMuted] = useState(false);
  const startedAtMs = useRef(0);
  const sinceClickMs = () => performance.now() - startedAtMs.current;

  const connection = useRealtimeConnection(session, {
    url,
    reconnectLimit: 8,
    onMicrophone: setMicrophone,
    onEvent(body) {
      const event = readServerEvent(body);
      if (event) dispatch({ type: 'received', event, atMs: sinceClickMs() });
    },
  });
  const { status, attempt, error, connect, close, send, mute, unmute } = connection;

  useEffect(() => {
    if (status === 'connecting') dispatch({ type: 'connecting' });
    if (status === 'connected') dispatch({ type: 'connected' });
    if (status === 'reconnecting') dispatch({ type: 'reconnecting', attempt });
    if (status === 'closed') dispatch({ type: 'ended' });
    if (status === 'failed') dispatch({ type: 'failed', reason: describeConnectionError(error) });
  }, [status, attempt, error]);

  const sendMessage = (message: string) => {
    if (!isOpen(status)) startedAtMs.current = performance.now();
    void connect().then(
      () => {
        for (const event of createMessageEvents(message, 'voice')) {
          send(event);
          dispatch({ type: 'sent', eventType: event.type, atMs: sinceClickMs() });
        }
      },
      // The failure is in the connection's state.
      () => undefined,
    );
  };

  return {
    state,
    sendMessage,
    hangUp: close,
    microphone: isOpen(status) ? microphone : undefined,
    isMuted,
    toggleMute() {
      if (isMuted) unmute();
      else mute();
      setIsMuted(!isMuted);
    },
    isPlaybackBlocked: connection.playbackBlocked === true,
    resumePlayback: connection.resumePlayback,
  };
}
