import type { TokenManager } from '@realtime-session/core';
import type { ExchangeSdp } from 'openai/realtime/webrtc';
const url = 'https://api.openai.com/v1/realtime/calls';
export function exchangeWith(tokens: TokenManager): ExchangeSdp {
  return async (offer, { signal }) => {
    const init = { method: 'POST', body: new Blob([offer], { type: 'application/sdp' }), signal };
    const bearer = (key: string) => ({ ...init, headers: { authorization: `Bearer ${key}` } });
    return (await tokens.withToken(({ value }) => fetch(url, bearer(value)))).text();
  };
}
