import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import {
  controlEmulator,
  emulatorEnvironment,
  FAKE_MICROPHONE,
  routeRealtimeApi,
} from '@realtime-session/emulator/testing';
import { compatible } from '@realtime-session/server';
import OpenAI from 'openai';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle.ts';
import { launchChromium } from '../support/chromium.ts';
import { serveMintRoute } from '../support/mint-route.ts';
import { NOTICED_MS } from '../support/noticed.ts';
import { openPage } from '../support/open-page.ts';
import type { RecipeName, RecipesPage } from './fixtures/client-recipes.ts';

const command = fileURLToPath(new URL('../../packages/emulator/bin/realtime-emulator.js', import.meta.url));

let browser: Browser;
let script: string;
beforeAll(async () => {
  [browser, script] = await Promise.all([
    launchChromium(FAKE_MICROPHONE),
    bundleForBrowser(new URL('fixtures/client-recipes.ts', import.meta.url)),
  ]);
});
afterAll(() => browser.close());

interface Addresses {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly apiKey: string;
}

/** A user's page: it talks to the API's own address, and to a mint route that has the emulator for an API. */
async function openApp(emulator: Addresses): Promise<Page> {
  const upstream = compatible({ baseUrl: emulator.url });
  const session = { model: 'gpt-realtime', instructions: 'You are a friendly assistant.' };
  const route = await serveMintRoute({ apiKey: emulator.apiKey, upstream, session }, script);
  const { page } = await openPage(browser, {
    url: new URL('/', route).href,
    before: (page) => routeRealtimeApi(page.context(), emulator),
    expectedErrors: [/401|Failed to load resource|WebSocket/],
  });
  return page;
}

const converse = (page: Page, recipe: RecipeName): Promise<string> =>
  page.evaluate((name) => {
    // Put there by the script.
    const { recipesPage } = window as unknown as Window & { recipesPage: RecipesPage };
    return recipesPage.converse(name, 'good morning');
  }, recipe);

/** An emulator in a process of its own, as a test runner starts one beside the app. */
async function startCommand(): Promise<Addresses> {
  const child = spawn(process.execPath, [command, '--port', '0']);
  onTestFinished(() => void child.kill());
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const url = line.replace('emulator ', '');
  return { url, webSocketUrl: `${url.replace('http', 'ws')}/v1/realtime`, apiKey: 'sk-emulator' };
}

describe('a page that knows only the API', () => {
  it.each<RecipeName>(['agents-webrtc', 'agents-websocket', 'openai-webrtc'])(
    'talks to the emulator through %s',
    async (recipe) => {
      const emulator = await createRealtimeEmulator({ responsePaceMs: 0 });
      onTestFinished(() => emulator.close());
      expect(await converse(await openApp(emulator), recipe)).toContain('good morning');
      expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1 });
      await expect.poll(() => emulator.stats().live, { timeout: NOTICED_MS }).toBe(0);
    },
  );

  it('meets faults that are scripted from another process', async () => {
    const emulator = await startCommand();
    const page = await openApp(emulator);
    const controls = controlEmulator(emulator.url);
    await controls.fail('insufficient-quota', { at: 'calls' });
    await expect(converse(page, 'agents-webrtc')).rejects.toThrow(/429/);
    await controls.fail('close-3000');
    await expect(converse(page, 'agents-websocket')).rejects.toThrow(/invalid_api_key/);
    expect((await controls.status()).faults).toHaveLength(2);
    expect((await controls.clearFaults()).faults).toEqual([]);
    expect(await converse(page, 'agents-webrtc')).toContain('good morning');
  });
});

it('a server that reads the usual variables mints at the emulator', async () => {
  await using emulator = await createRealtimeEmulator();
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL } = emulatorEnvironment(emulator);
  const client = new OpenAI({ apiKey, baseURL });
  const { value } = await client.realtime.clientSecrets.create({ session: { type: 'realtime' } });
  expect(value).toMatch(/^ek_/);
  expect(emulator.stats().mints).toBe(1);
});
