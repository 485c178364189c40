import { createRealtimeEmulator } from '@realtime-session/emulator';

const emulator = await createRealtimeEmulator();
emulator.fail('rate-limit-seconds');
emulator.fail('close-1001', { at: 'calls', times: 1 });
emulator.fail({ kind: 'latency', ms: 500 }, { at: 'websocket' });
emulator.clearFaults();
await emulator.close();
