import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export function CallButton() {
  const { status, connect, close } = useRealtimeConnection({
    endpoint: '/api/realtime-session',
  });
  if (status === 'connected') {
    return <button onClick={close}>Hang up</button>;
  }
  return <button onClick={() => void connect()}>Talk</button>;
}
