import { createTokenManager, endpoint } from '@realtime-session/core';
import { RealtimeSessionProvider, useRealtimeSession, useTokenRemaining } from '@realtime-session/react';

const manager = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });

export function App({ signOut }: { signOut: () => Promise<void> }) {
  return (
    <RealtimeSessionProvider manager={manager}>
      <Remaining />
      <button onClick={() => void signOut().then(() => manager.reset())}>Sign out</button>
    </RealtimeSessionProvider>
  );
}

function Remaining() {
  const status = useRealtimeSession(undefined, (session) => session.status); // re-renders when the status changes
  const remainingMs = useTokenRemaining(); // re-renders only this component, once per second
  return <p>{remainingMs === undefined ? status : `${status}, ${remainingMs / 1000} s`}</p>;
}
