import type { TokenManager } from '@realtime-session/core';

/** Posts an offer, and retries once with a new token if the API rejects the first one. */
export function postOffer(tokens: TokenManager, offer: string): Promise<Response> {
  return tokens.withToken((token) =>
    fetch('https://api.openai.com/v1/realtime/calls', {
      method: 'POST',
      headers: { authorization: `Bearer ${token.value}`, 'content-type': 'application/sdp' },
      body: offer,
    }),
  );
}
