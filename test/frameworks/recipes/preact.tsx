import { useRealtimeSession } from '@realtime-session/react';

export function CallStatus() {
  const { status, error } = useRealtimeSession({ endpoint: '/api/realtime-session' });
  return <p>{error?.message ?? status}</p>;
}
