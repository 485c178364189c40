import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { expect, test } from 'vitest';

test('fetches a new token after the laptop was asleep', async () => {
  const environment = createManualEnvironment();
  const route = createScriptedFetcher();
  const tokens = createTokenManager({ fetchToken: route.fetchToken, environment });

  route.script({ value: 'ek_1', expires_in: 600 }, { value: 'ek_2', expires_in: 600 });
  expect((await tokens.getToken()).value).toBe('ek_1');

  await environment.clock.advance(60_000);
  environment.clock.sleep(8 * 3_600_000);
  expect(tokens.peek()).toBeUndefined();
  expect((await tokens.getToken()).value).toBe('ek_2');
  expect(route.calls.map((call) => call.reason)).toEqual(['initial', 'demand']);
});
