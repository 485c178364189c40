import { useRealtimeSession } from '@realtime-session/react';

export function Call({ connect }: { connect: (secret: string) => void }) {
  const { status, getToken, error } = useRealtimeSession({ endpoint: '/api/realtime-session' });
  const call = () => getToken().then((token) => connect(token.value), console.warn);
  return <button onClick={() => void call()}>{error?.message ?? status}</button>;
}
