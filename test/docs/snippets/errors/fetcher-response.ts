import { createTokenManager } from '@realtime-session/core';

export const tokens = createTokenManager({
  fetchToken: ({ signal }) => {
    const headers = { 'content-type': 'application/json' };
    return fetch('/api/realtime-session', { method: 'POST', headers, body: '{}', signal });
  },
});
