import type { TokenManager } from '@realtime-session/core';

/** Opens a session over a WebSocket, in a page or in Node 22. */
export async function openSocket(tokens: TokenManager, url = 'wss://api.openai.com/v1/realtime') {
  const { value } = await tokens.getToken();
  return new WebSocket(`${url}?model=gpt-realtime-2.1`, ['realtime', `openai-insecure-api-key.${value}`]);
}
