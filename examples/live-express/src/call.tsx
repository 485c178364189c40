import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { useEffect, useState } from 'react';
import type { User } from './sign-in';
import { useTranscript } from './use-transcript';

/** Calls through the route, and shows what both sides say. */
export function Call({ user }: { user: User }) {
  // When another user signs in, the call ends.
  const call = useRealtimeConnection({ route: '/api/realtime-call', key: user.id }, { reconnectLimit: 3 });
  const lines = useTranscript(call.onEvent);
  const isOpen = call.status === 'connected' || call.status === 'reconnecting';
  return (
    <>
      <p>
        Call: <output>{call.status}</output>
        {call.endsAtMs !== undefined && <Countdown endsAtMs={call.endsAtMs} />}
      </p>
      {call.api === 'live' && call.status === 'reconnecting' && <p>A new conversation starts.</p>}
      {isOpen ? (
        <>
          <button onClick={call.muted ? call.unmute : call.mute}>{call.muted ? 'Unmute' : 'Mute'}</button>{' '}
          <button onClick={call.close}>Hang up</button>
        </>
      ) : (
        // Errors are in the state.
        <button onClick={() => void call.connect().catch(() => undefined)}>Call</button>
      )}
      {call.error && <p role="alert">{call.error.message}</p>}
      <div role="log" aria-label="Transcript">
        {lines.map(({ id, speaker, text }) => (
          <p key={id}>
            <b>{speaker}:</b> {text}
          </p>
        ))}
      </div>
    </>
  );
}

/** The seconds until the server ends the call. */
function Countdown({ endsAtMs }: { endsAtMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <>, {Math.max(0, Math.ceil((endsAtMs - nowMs) / 1_000))} s left</>;
}
