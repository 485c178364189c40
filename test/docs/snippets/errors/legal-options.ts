import { createTokenManager, endpoint } from '@realtime-session/core';

export const tokens = createTokenManager({
  fetchToken: endpoint('/api/realtime-session'), // a function, not a URL
  lead: { ratio: 0.2, maxMs: 60_000 }, // ratio: at most half of the lifetime
  retry: { limit: 3, baseMs: 500, maxMs: 30_000 }, // maxMs at least baseMs
  timeoutMs: 10_000, // 1 to 2_147_483_647
});
