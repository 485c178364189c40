import { createRealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import { expect, it, onTestFinished } from 'vitest';
import { runExample } from '../support/examples.ts';

it('official-clients holds a conversation with @openai/agents-realtime, prints it, and exits', async () => {
  const { code, stdout, stderr } = await runExample('official-clients');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^emulator \S+\nyou: {3}Good morning!\nguide: .*Good morning!.*\n$/);
});

it('official-clients uses the real API when there is a key', async () => {
  const api = await createRealtimeEmulator();
  onTestFinished(() => api.close());
  const { code, stdout } = await runExample('official-clients', { ...emulatorEnvironment(api) });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^you: {3}Good morning!\nguide: .+\n$/);
  // The emulator can notice the end later than the client.
  await expect.poll(() => api.stats()).toMatchObject({ mints: 1, sessions: 1, openSessions: 0 });
});
