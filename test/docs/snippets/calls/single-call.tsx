'use client';

import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export function SingleCall() {
  const { status, error, connect, close } = useRealtimeConnection({ route: '/api/realtime-call' });
  const isElsewhere = error?.apiCode === 'too_many_calls' || error?.reason === 'replaced';
  if (status === 'connected') return <button onClick={close}>Hang up</button>;
  return (
    <>
      <button onClick={() => void connect().catch(console.warn)}>Call</button>
      <p role="status">{isElsewhere ? 'You are in a call in another tab or device.' : error?.message}</p>
    </>
  );
}
