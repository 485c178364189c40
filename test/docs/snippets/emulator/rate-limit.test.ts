import { createTokenManager, endpoint } from '@realtime-session/core';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { expect, test } from 'vitest';

test('waits and retries when the API is rate limited', async () => {
  const emulator = await createRealtimeEmulator();
  const mint = `${emulator.url}/v1/realtime/client_secrets`;
  const headers = { authorization: `Bearer ${emulator.apiKey}` }; // only on a server: a page has no key
  const tokens = createTokenManager({ fetchToken: endpoint(mint, { headers }), minIntervalMs: 0 });

  emulator.fail('rate-limit-ms', { times: 1 });
  expect((await tokens.getToken()).value).toMatch(/^ek_/);
  expect(emulator.stats().mints).toBe(1);
  tokens.dispose();
  await emulator.close();
});
