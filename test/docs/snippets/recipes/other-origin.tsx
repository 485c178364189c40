'use client';

import { useRealtimeConnection } from '@realtime-session/react/webrtc';

interface CallProps {
  readonly getAccessToken: () => Promise<string>;
}

export function CallFromOtherOrigin({ getAccessToken }: CallProps) {
  const { status, error, connect, close } = useRealtimeConnection({
    endpoint: 'https://api.example.com/realtime-session',
    headers: async () => ({ authorization: `Bearer ${await getAccessToken()}` }),
  });
  if (status === 'connected') return <button onClick={close}>Hang up</button>;
  return <button onClick={() => void connect().catch(console.warn)}>{error?.message ?? status}</button>;
}
