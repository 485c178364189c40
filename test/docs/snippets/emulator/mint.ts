import { createRealtimeEmulator } from '@realtime-session/emulator';

const emulator = await createRealtimeEmulator();
const response = await fetch(`${emulator.url}/v1/realtime/client_secrets`, {
  method: 'POST',
  headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
  body: JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime-2.1' } }),
});
// 200 { mints: 1, calls: 0, sessions: 0, openSessions: 0, peers: 0 }
console.log(response.status, emulator.stats());
await emulator.close();
