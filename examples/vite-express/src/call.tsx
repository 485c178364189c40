import { useRealtimeSession } from '@realtime-session/react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import type { User } from './sign-in';

/** Keeps a token fresh and opens a call with it. */
export function Call({ user }: { user: User }) {
  // The key separates the sessions of different users.
  const session = useRealtimeSession({ endpoint: '/api/realtime-session', key: `call-${user.id}` });
  const call = useRealtimeConnection(session, { reconnectLimit: 8 });
  const error = call.error ?? session.error;
  const isOpen = call.status === 'connected' || call.status === 'reconnecting';
  return (
    <>
      <p>
        Token of {user.id}: <output aria-label="token">{session.status}</output>, call:{' '}
        <output aria-label="call">{call.status}</output>
      </p>
      {isOpen ? (
        <button onClick={call.close}>Hang up</button>
      ) : (
        // Errors are in the state.
        <button onClick={() => void call.connect().catch(() => undefined)}>Call</button>
      )}
      {error && <p role="alert">{error.message}</p>}
    </>
  );
}
