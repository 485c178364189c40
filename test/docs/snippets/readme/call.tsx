import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export function Call() {
  const { status, error, connect, close } = useRealtimeConnection({ endpoint: '/api/realtime-session' });
  if (status === 'connected') return <button onClick={close}>Hang up</button>;
  const call = () => connect().catch(console.warn); // also available as `error`
  return <button onClick={() => void call()}>{error?.message ?? status}</button>;
}
