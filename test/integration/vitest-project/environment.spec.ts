import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { expect, inject, test } from 'vitest';

test('mints a token', async () => {
  const client = new OpenAI(); // the environment has OPENAI_BASE_URL and OPENAI_API_KEY
  const { value } = await client.realtime.clientSecrets.create({});
  expect(value).toMatch(/^ek_/);
  expect(client.baseURL).toBe(`${inject('realtimeEmulator').url}/v1`);
});

test('opens a session over wss', async () => {
  const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime-2.1' });
  await new Promise((resolve, reject) => {
    realtime.on('session.created', resolve);
    realtime.on('error', reject);
  });
  expect(realtime.url.protocol).toBe('wss:');
  realtime.close();
});
