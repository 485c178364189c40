import type { TokenManager } from '@realtime-session/core';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';

export function talk(tokens: TokenManager): Promise<OpenAIRealtimeWS> {
  const client = new OpenAI({ apiKey: tokens.toApiKey() });
  return OpenAIRealtimeWS.create(client, { model: 'gpt-realtime-2.1', reconnect: true });
}
