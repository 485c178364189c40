import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export function Talk() {
  const session = { endpoint: '/api/realtime-session' };
  const { status, error, connect, close } = useRealtimeConnection(session, { reconnectLimit: 8 });
  if (status === 'connected') return <button onClick={close}>Hang up</button>;
  const call = () => connect().catch(console.warn); // also available as `error`
  return <button onClick={() => void call()}>{error?.message ?? status}</button>;
}
