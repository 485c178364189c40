import { createTokenManager } from '@realtime-session/core';

/** Long enough that nothing is refreshed while it is measured. */
const HOUR_S = 3_600;

/** A manager that has a token. */
export async function warmManager() {
  const tokens = createTokenManager({ fetchToken: () => ({ value: 'ek_bench', expires_in: HOUR_S }) });
  await tokens.getToken();
  return tokens;
}
