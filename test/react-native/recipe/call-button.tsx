import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { Button } from 'react-native';
import { environment, tokens } from './session';

export function CallButton() {
  const { status, error, connect, close } = useRealtimeConnection(tokens, {
    environment,
    playback: 'none', // the device plays remote audio by itself
    reconnectLimit: 8,
  });
  if (status === 'connected') return <Button title="Hang up" onPress={close} />;
  return <Button title={error?.message ?? status} onPress={() => void connect()} />;
}
