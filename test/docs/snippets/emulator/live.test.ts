import { createRealtimeEmulator } from '@realtime-session/emulator';
import { expect, test } from 'vitest';
import { startApp } from './live-app';

test('ends the session when the user says goodbye', async () => {
  const emulator = await createRealtimeEmulator({ media: 'none', live: { closeDelayMs: 0 } });
  const app = startApp(emulator);
  await app.createSession();
  const call = emulator.calls().at(-1);
  call?.connect(); // the page's data channel opens
  call?.say('goodbye');
  await expect.poll(() => call?.state).toBe('closed');
  expect(call?.closedBy).toBe('hangup');
  expect(call?.billed).toMatchObject([{ type: 'seconds', usage: { seconds: 15 } }]);
  await emulator.close();
});
