import { createTokenManager, endpoint } from '@realtime-session/core';
import { createRealtimeConnection } from '@realtime-session/webrtc';

const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });
const connection = createRealtimeConnection(tokens, { reconnectLimit: 8 });

export function callFrom(button: HTMLButtonElement): void {
  connection.subscribe(({ status }) => (button.textContent = status));
  button.onclick = () => connection.connect().catch(console.warn);
}
