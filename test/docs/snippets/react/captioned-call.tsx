import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { useEffect, useState } from 'react';

export function CaptionedCall({ userId }: { userId: string }) {
  const session = { endpoint: '/api/realtime-session', key: userId };
  const { status, connect, close, onEvent, muted, mute, unmute } = useRealtimeConnection(session);
  const [caption, setCaption] = useState('');

  useEffect(() => onEvent('response.created', () => setCaption('')), [onEvent]);
  useEffect(
    () =>
      onEvent('response.output_audio_transcript.delta', ({ delta }) => setCaption((text) => text + delta)),
    [onEvent],
  );

  const call = () => connect().catch(console.warn);
  return (
    <>
      {status === 'connected' ? (
        <button onClick={close}>Hang up</button>
      ) : (
        <button onClick={() => void call()}>Call</button>
      )}
      <button onClick={muted ? unmute : mute}>{muted ? 'Unmute' : 'Mute'}</button>
      <p>{caption}</p>
    </>
  );
}
