import type { TokenManager } from '@realtime-session/core';
import { RealtimeClient, type RealtimeClientOptions } from '@tanstack/ai-client';
import { openaiRealtime } from '@tanstack/ai-openai';
export function createClient(tokens: TokenManager, options?: Partial<RealtimeClientOptions>): RealtimeClient {
  const getToken = async () => {
    const { value: token, expiresAtMs: expiresAt = Infinity } = await tokens.getToken();
    return { provider: 'openai', token, expiresAt, config: { model: 'gpt-realtime-2.1' } };
  };
  return new RealtimeClient({ adapter: openaiRealtime(), getToken, ...options });
}
