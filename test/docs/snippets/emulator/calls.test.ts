import { createRealtimeEmulator } from '@realtime-session/emulator';
import { expect, test } from 'vitest';
import { startApp } from './call-app';

test('ends the call when its budget is spent', async () => {
  const emulator = await createRealtimeEmulator({ media: 'none' });
  const app = startApp(emulator);
  await app.createCall();
  const call = emulator.calls().at(-1);
  call?.connect(); // the page's data channel opens
  call?.send({ type: 'response.create' });
  await expect.poll(() => call?.state).toBe('closed');
  expect(call?.closedBy).toBe('hangup');
  expect(call?.billed).toHaveLength(1);
  await emulator.close();
});
