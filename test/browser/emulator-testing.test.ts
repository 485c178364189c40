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
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { launchChromium } from '../support/chromium.ts';
import { serveMintRoute } from '../support/mint-route.ts';
import { SESSION_TIMEOUT_MS } from '../support/session-timeout.ts';
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

interface EmulatorAddress {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly apiKey: string;
}

/** Makes the microphone of a page silent, so that only what it writes starts a response. */
async function muteMicrophone(page: Page): Promise<void> {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.resolve(new AudioContext().createMediaStreamDestination().stream);
  });
}

/** Opens a page that uses the address of the real API. Requests go to the emulator. */
async function openApp(
  emulator: EmulatorAddress,
  microphone: 'silent' | 'speaking' = 'silent',
): Promise<Page> {
  const upstream = compatible({ baseUrl: emulator.url });
  const session = { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' };
  const route = await serveMintRoute({ apiKey: emulator.apiKey, upstream, session }, { script });
  const { page } = await openPage(browser, {
    url: new URL('/', route).href,
    before: async (page) => {
      if (microphone === 'silent') await muteMicrophone(page);
      await routeRealtimeApi(page.context(), emulator);
    },
    expectedErrors: [/40[01]|Failed to load resource|WebSocket/],
  });
  return page;
}

const converse = (page: Page, recipe: RecipeName): Promise<string> =>
  page.evaluate((name) => {
    const { recipesPage } = window as unknown as Window & { recipesPage: RecipesPage }; // set by the script
    return recipesPage.converse(name, 'good morning');
  }, recipe);

/** Starts the emulator as a separate process, as a test runner does. */
async function startCommand(): Promise<EmulatorAddress> {
  const child = spawn(process.execPath, [command, '--port', '0']);
  onTestFinished(() => void child.kill());
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const url = line.replace('emulator ', '');
  return { url, webSocketUrl: `${url.replace('http', 'ws')}/v1/realtime`, apiKey: 'sk-emulator' };
}

describe('a page that uses the API address', () => {
  it.each<RecipeName>(['agents-webrtc', 'agents-websocket', 'openai-webrtc'])(
    'holds a conversation with the emulator through %s',
    async (recipe) => {
      const emulator = await createRealtimeEmulator({ responsePaceMs: 0 });
      onTestFinished(() => emulator.close());
      expect(await converse(await openApp(emulator), recipe)).toContain('good morning');
      expect(emulator.stats()).toMatchObject({ mints: 1, sessions: 1 });
      await expect.poll(() => emulator.stats().openSessions, { timeout: SESSION_TIMEOUT_MS }).toBe(0);
    },
  );

  it('reaches the emulator when it posts an offer as the retired API took it', async () => {
    const emulator = await createRealtimeEmulator();
    onTestFinished(() => emulator.close());
    const page = await openApp(emulator);
    const answer = await page.evaluate(async () => {
      const response = await fetch('https://api.openai.com/v1/realtime?model=gpt-realtime-2.1', {
        method: 'POST',
        headers: { authorization: 'Bearer ek_1', 'content-type': 'application/sdp' },
        body: 'v=0',
      });
      return `${response.status} ${await response.text()}`;
    });
    expect(answer).toMatch(/^400 .*beta_api_shape_disabled/s);
  });

  it('receives the faults that another process injects', async () => {
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

it('a page with the fake microphone speaks a turn without any setting, and another process reads what it sent', async () => {
  const emulator = await startCommand();
  const controls = controlEmulator(emulator.url);
  await controls.setScript({ transcripts: ['Good morning!'], turns: [{ when: 'morning', answer: 'Hi.' }] });
  const page = await openApp(emulator, 'speaking');
  await page.evaluate(async ({ url, apiKey }) => {
    const connection = new RTCPeerConnection();
    for (const track of (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks())
      connection.addTrack(track);
    const channel = connection.createDataChannel('oai-events');
    channel.onopen = () => channel.send(JSON.stringify({ type: 'input_audio_buffer.clear' }));
    await connection.setLocalDescription();
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/sdp' };
    const body = connection.localDescription!.sdp;
    const response = await fetch(`${url}/v1/realtime/calls`, { method: 'POST', headers, body });
    await connection.setRemoteDescription({ type: 'answer', sdp: await response.text() });
    Object.assign(window, { connection });
  }, emulator);
  const session = await controls.waitForSession({ transport: 'webrtc' }, { timeoutMs: 30_000 });
  await session.waitFor('input_audio_buffer.clear', { timeoutMs: 30_000 });
  const done = { type: 'response.done', response: { output: [{ content: [{ transcript: 'Hi.' }] }] } };
  await session.waitFor(done, { direction: 'sent', timeoutMs: 30_000 });
  expect(await session.sent('input_audio_buffer.speech_started')).not.toEqual([]);
});

it('a server that reads OPENAI_API_KEY and OPENAI_BASE_URL mints with the emulator', async () => {
  await using emulator = await createRealtimeEmulator();
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL } = emulatorEnvironment(emulator);
  const client = new OpenAI({ apiKey, baseURL });
  const { value } = await client.realtime.clientSecrets.create({ session: { type: 'realtime' } });
  expect(value).toMatch(/^ek_/);
  expect(emulator.stats().mints).toBe(1);
});
