import { createRealtimeEmulator, type RealtimeEmulatorOptions } from '@realtime-session/emulator';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../before/server';
import { bundle, launch, listen, openPage, remove, routeRetiredOffers, useEmulator } from './site';

const MODEL = 'gpt-4o-realtime-preview-2024-12-17';

let folder: string;
let browser: Browser;

beforeAll(async () => {
  [folder, browser] = await Promise.all([bundle('before'), launch()]);
});

afterAll(async () => {
  await browser.close();
  await remove(folder);
});

async function openSite(options: RealtimeEmulatorOptions) {
  const emulator = await createRealtimeEmulator(options);
  onTestFinished(() => emulator.close());
  useEmulator(emulator);
  return { emulator, origin: await listen(createApp(folder)) };
}

test('the retired call fails, and the error arrives with status 200', async () => {
  const { origin } = await openSite({ generation: 'current', models: [MODEL] });
  const response = await fetch(`${origin}/session`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('Invalid URL') } });
});

test('the model of the sample does not exist any more', async () => {
  const { origin } = await openSite({});
  const response = await fetch(`${origin}/session`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ error: { code: 'model_not_found' } });
});

test('with an older API, everyone gets a token, and the instructions with it', async () => {
  const { emulator, origin } = await openSite({ models: [MODEL] });
  const session = (await (await fetch(`${origin}/session`)).json()) as Record<string, unknown>;
  expect(session).toMatchObject({
    client_secret: { value: expect.stringMatching(/^ek_/) },
    instructions: expect.stringContaining('Harbour Bakery'),
  });
  expect(emulator.stats().mints).toBe(1);
});

test('the page cannot open a call, and leaves the microphone on', async () => {
  const { emulator, origin } = await openSite({ models: [MODEL] });
  const page = await openPage(browser, emulator, origin);
  await routeRetiredOffers(page, emulator);
  const answer = page.waitForResponse((response) => response.url().includes('/v1/realtime?model='));
  await page.click('#start');
  await expect.poll(() => page.textContent('#status'), { timeout: 20_000 }).toContain('SessionDescription');
  expect(await (await answer).json()).toMatchObject({ error: { code: 'beta_api_shape_disabled' } });
  expect(emulator.stats()).toMatchObject({ mints: 1, calls: 0 });
  expect(await page.evaluate(() => window.microphones.map(({ readyState }) => readyState))).toEqual(['live']);
});

test('two clicks take two tokens', async () => {
  const { emulator, origin } = await openSite({ models: [MODEL] });
  const page = await openPage(browser, emulator, origin);
  await page.evaluate(() => {
    document.getElementById('start')?.click();
    document.getElementById('start')?.click();
  });
  await expect.poll(() => emulator.stats().mints).toBe(2);
});
