import { useEffect, useMemo, useState } from 'react';
import {
  useRealtimeConnection,
  type ConnectionError,
  type RealtimeEvent,
} from '@realtime-session/react/webrtc';
import type { TokenManager } from '@realtime-session/core';
import { describeConnectionError } from '../describe-error.ts';
import { isActive, type Call, type CallState } from './call-state.ts';
import type { ConversationAction } from './conversation.ts';
import { createMessageEvents, followVoice } from './follow-events.ts';
import { followLive } from './follow-live.ts';

export interface VoiceCall extends Call {
  /** The microphone, while a call is open. */
  readonly microphone: MediaStream | undefined;
  readonly isMuted: boolean;
  readonly toggleMute: () => void;
  /** Whether the user is not muted, but cannot be heard. */
  readonly isSilent: boolean;
  /** The API's id of the open call. */
  readonly callId: string | undefined;
  /** Whether the browser blocks playback until the user clicks. */
  readonly isPlaybackBlocked: boolean;
  readonly resumePlayback: () => void;
  /** Sends any event in the open call. */
  readonly send: (event: RealtimeEvent) => void;
  /** With a call route: when the server ends the open call, and what is left of its budget. */
  readonly endsAtMs: number | undefined;
  readonly budgetLeft: number | undefined;
  /** Why the call failed. */
  readonly error: ConnectionError | undefined;
}

export interface CallOptions {
  /** Receives what is said. Its identity must be stable. */
  readonly dispatch: (action: ConversationAction) => void;
  /** Called with the type of every event. Its identity must be stable. */
  readonly onEvent: (sender: 'page' | 'api', type: string) => void;
}

interface VoiceOptions extends CallOptions {
  /** Provides the tokens, or names the call route. */
  readonly source: Pick<TokenManager, 'withToken'> | { readonly route: string };
  /** The API of the calls. */
  readonly api: 'realtime' | 'live';
}

/** Speaks with the model over WebRTC. Reconnects automatically when the call is lost. The token names the address for calls. */
export function useVoice({ source, api, dispatch, onEvent }: VoiceOptions): VoiceCall {
  const [microphone, setMicrophone] = useState<MediaStream>();
  const connection = useRealtimeConnection(source, {
    reconnectLimit: 8,
    onMicrophone: setMicrophone,
    onEvent: ({ type }) => onEvent('api', type),
  });
  const { status, attempt, error, muted, connect, close, send, mute, unmute } = connection;
  const subscribe = connection.onEvent;

  useEffect(() => {
    const follow = api === 'live' ? followLive : followVoice;
    return follow({ onEvent: subscribe }, dispatch);
  }, [api, subscribe, dispatch]);

  const state = useMemo((): CallState => {
    const reason = error === undefined ? '' : describeConnectionError(error);
    if (status === 'reconnecting') return { status, attempt, reason };
    return status === 'failed' ? { status, reason } : { status };
  }, [status, attempt, error]);

  const sendMessage = (message: string) => {
    if (message !== '') dispatch({ type: 'wrote', text: message });
    void connect().then(
      () => {
        for (const event of message === '' ? [] : createMessageEvents(message, 'voice')) {
          send(event);
          onEvent('page', event.type);
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
    microphone: isActive(state) ? microphone : undefined,
    isMuted: muted,
    toggleMute: muted ? unmute : mute,
    isSilent: connection.sendingAudio === false && !muted,
    callId: connection.callId,
    isPlaybackBlocked: connection.playbackBlocked === true,
    resumePlayback: connection.resumePlayback,
    send(event) {
      send(event);
      onEvent('page', event.type);
    },
    endsAtMs: connection.endsAtMs,
    budgetLeft: connection.budgetLeft,
    error,
  };
}
