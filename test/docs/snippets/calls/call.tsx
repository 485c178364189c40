import { useRealtimeConnection } from '@realtime-session/react/webrtc';

export function Call({ userId }: { userId: string }) {
  const route = { route: '/api/realtime-call', key: userId };
  const { status, error, connect, close } = useRealtimeConnection(route, { reconnectLimit: 8 });
  if (status === 'connected') return <button onClick={close}>Hang up</button>;
  const call = () => connect().catch(console.warn); // also available as `error`
  return <button onClick={() => void call()}>{error?.message ?? status}</button>;
}
