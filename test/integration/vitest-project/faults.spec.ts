import { emulatorFixture } from '@realtime-session/emulator/vitest';
import OpenAI from 'openai';
import { expect, inject, test as base } from 'vitest';

const test = base.extend({ emulator: emulatorFixture() });

test('fails when the API is overloaded', async ({ emulator }) => {
  const client = new OpenAI({ baseURL: `${emulator.url}/v1`, apiKey: emulator.apiKey, maxRetries: 0 });
  emulator.fail('overloaded');
  await expect(client.realtime.clientSecrets.create({})).rejects.toMatchObject({ status: 503 });
});

const used = new Set<string>();

base.afterAll(async () => {
  for (const url of used) await expect(fetch(url)).rejects.toThrow();
});

test.for([1, 2])('test %i has an emulator of its own', (number, { emulator }) => {
  used.add(emulator.url);
  expect(used.size).toBe(number);
  expect(emulator.faults()).toEqual([]);
  expect(emulator.stats().mints).toBe(0);
  expect(emulator.url).not.toBe(inject('realtimeEmulator').url);
});
