import { createTokenManager } from '@realtime-session/core';

/** Long enough to prevent refreshes during a measurement. */
const HOUR_S = 3_600;

/** Creates a manager that has a token. */
export async function createWarmManager() {
  const tokens = createTokenManager({ fetchToken: () => ({ value: 'ek_bench', expires_in: HOUR_S }) });
  await tokens.getToken();
  return tokens;
}
