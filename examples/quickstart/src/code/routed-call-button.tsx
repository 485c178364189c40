import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export function CallButton() {
  const { status, error, connect, close } = useRealtimeConnection({
    route: '/api/realtime-call',
  });
  if (status === 'connected') {
    return <button onClick={close}>Hang up</button>;
  }
  return <button onClick={() => void connect()}>{error?.message ?? 'Talk'}</button>;
}
