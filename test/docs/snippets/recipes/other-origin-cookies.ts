import { createTokenManager, endpoint } from '@realtime-session/core';

export const tokens = createTokenManager({
  fetchToken: endpoint('https://api.example.com/realtime-session', { credentials: 'include' }),
});
