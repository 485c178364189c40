import { createRealtimeEmulator } from '@realtime-session/emulator';
import { expect, test } from 'vitest';
import { startApp } from './voice-app';

test('looks up the weather and the time, and reports the results', async () => {
  const call = [{ name: 'get_weather', arguments: { city: 'Oslo' } }, { name: 'get_time' }];
  const turns = [{ when: 'Oslo', call, then: { answer: 'Rain, and it is noon.' } }];
  const emulator = await createRealtimeEmulator({ script: { turns, onUnmatched: 'error' } });
  const app = await startApp(emulator);
  expect(await app.ask('How is Oslo?')).toBe('Rain, and it is noon.');
  const outputs = [{ item: { output: 'rain in Oslo' } }, { item: { output: '12:00' } }];
  expect(emulator.sessions()[0]?.received('conversation.item.create')).toMatchObject([{}, ...outputs]);
  await emulator.close();
});
