import type { EphemeralToken, TokenManager } from '@realtime-session/core';
import type { ExchangeSdp } from 'openai/realtime/webrtc';

const url = 'https://api.openai.com/v1/realtime/calls';
const bearer = ({ value }: EphemeralToken) => ({ authorization: `Bearer ${value}` });

export function exchangeWith(tokens: TokenManager): ExchangeSdp {
  return async (offer, { signal }) => {
    const init = { method: 'POST', body: new Blob([offer], { type: 'application/sdp' }), signal };
    return (await tokens.withToken((token) => fetch(url, { ...init, headers: bearer(token) }))).text();
  };
}
