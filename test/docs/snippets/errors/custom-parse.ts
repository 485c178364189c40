import { createTokenManager, endpoint, TokenError } from '@realtime-session/core';

export const tokens = createTokenManager({
  fetchToken: endpoint('/api/call-ticket'),
  parse: (raw) => {
    if (typeof raw === 'object' && raw !== null && 'ticket' in raw && typeof raw.ticket === 'string') {
      return { value: raw.ticket, expiresInMs: 60_000 };
    }
    throw new TokenError('invalid-response', 'The response has no `ticket`. Update the route.');
  },
});
