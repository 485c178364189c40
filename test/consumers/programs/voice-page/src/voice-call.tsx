import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { describeStatus } from './describe-status';
import { useCaptions } from './use-captions';
import { useFunctionCalls } from './use-function-calls';

export function VoiceCall() {
  const { status, error, muted, sendingAudio, playbackBlocked, ...call } = useRealtimeConnection(
    { route: '/api/realtime-call' },
    { reconnectLimit: 3 },
  );
  const captions = useCaptions(call.onEvent);
  useFunctionCalls(call.onEvent, call.send);

  const isOpen = status === 'connecting' || status === 'connected' || status === 'reconnecting';
  // The state has the error too.
  const connect = () => void call.connect().catch(() => undefined);

  return (
    <main>
      <h1>Voice assistant</h1>
      {isOpen ? <button onClick={call.close}>Hang up</button> : <button onClick={connect}>Call</button>}
      <button aria-pressed={muted} onClick={muted ? call.unmute : call.mute}>
        Mute
      </button>
      <p role="status">{describeStatus(status, error)}</p>
      {status === 'connected' && !muted && !sendingAudio && <p>Your microphone sends no audio.</p>}
      {playbackBlocked && <button onClick={() => void call.resumePlayback()}>Play the voice</button>}
      <ol aria-label="Captions">
        {captions.map(({ id, speaker, text }) => (
          <li key={id}>
            {speaker}: {text || '…'}
          </li>
        ))}
      </ol>
    </main>
  );
}
