import { callRoute, createRealtimeConnection } from '@realtime-session/webrtc';

const connection = createRealtimeConnection(callRoute('/api/realtime-call'), { reconnectLimit: 8 });

export function callFrom(button: HTMLButtonElement): void {
  connection.subscribe(({ status }) => (button.textContent = status));
  button.onclick = () => connection.connect().catch(console.warn);
}
