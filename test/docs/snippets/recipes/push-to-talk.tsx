'use client';

import { useEffect } from 'react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export function PushToTalk() {
  const { status, error, muted, connect, close, mute, unmute, send, onEvent } = useRealtimeConnection({
    endpoint: '/api/realtime-session',
  });

  useEffect(
    () => onEvent('input_audio_buffer.committed', () => send({ type: 'response.create' })),
    [onEvent, send],
  );

  function call() {
    mute();
    connect().catch(console.warn);
  }

  function startTalking() {
    // Without an answer to cancel, the API reports an error event.
    send({ type: 'response.cancel' });
    send({ type: 'output_audio_buffer.clear' });
    send({ type: 'input_audio_buffer.clear' });
    unmute();
  }

  function stopTalking() {
    if (muted) return;
    mute();
    send({ type: 'input_audio_buffer.commit' });
  }

  if (status !== 'connected') return <button onClick={call}>{error?.message ?? status}</button>;
  return (
    <>
      <button
        aria-pressed={!muted}
        style={{ touchAction: 'none' }}
        onPointerDown={startTalking}
        onPointerUp={stopTalking}
        onPointerLeave={stopTalking}
        onKeyDown={({ key, repeat }) => key === ' ' && !repeat && startTalking()}
        onKeyUp={stopTalking}
        onBlur={stopTalking}
      >
        Hold to talk
      </button>
      <button onClick={close}>Hang up</button>
    </>
  );
}
