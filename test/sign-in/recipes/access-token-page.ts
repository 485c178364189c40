import { createTokenManager, endpoint, type TokenManager } from '@realtime-session/core';

/** `getAccessToken` is a function of your issuer's client, which renews the access token before it expires. */
export function createTokens(getAccessToken: () => Promise<string>): TokenManager {
  return createTokenManager({
    fetchToken: endpoint('/api/realtime-session', {
      headers: async () => ({ authorization: `Bearer ${await getAccessToken()}` }),
    }),
  });
}
