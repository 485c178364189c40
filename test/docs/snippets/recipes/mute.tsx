'use client';

import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export function CallWithMute() {
  const { status, error, muted, sendingAudio, connect, close, mute, unmute } = useRealtimeConnection({
    endpoint: '/api/realtime-session',
  });

  return (
    <>
      {status === 'connected' ? (
        <button onClick={close}>Hang up</button>
      ) : (
        <button onClick={() => void connect().catch(console.warn)}>Call</button>
      )}
      <button aria-pressed={muted} onClick={muted ? unmute : mute}>
        Mute
      </button>
      <p>{error?.message ?? status}</p>
      {status === 'connected' && !muted && !sendingAudio && <p>Your microphone sends no audio.</p>}
    </>
  );
}
