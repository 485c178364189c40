import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRealtimeEmulator, type RealtimeEmulator } from '@realtime-session/emulator';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { SESSION_TIMEOUT_MS } from '../support/session-timeout.ts';
import { openPage } from '../support/open-page.ts';
import type { Target, WebRtcClients } from './fixtures/webrtc-clients.ts';

const PUBLIC_API = 'https://api.openai.com';

let browser: Browser;
let clients: string;
beforeAll(async () => {
  [browser, clients] = await Promise.all([
    launchChromium([...fakeMicrophone, '--autoplay-policy=no-user-gesture-required']),
    bundleForBrowser(new URL('fixtures/webrtc-clients.ts', import.meta.url)),
  ]);
});
afterAll(() => browser.close());

async function startEmulator(options: Parameters<typeof createRealtimeEmulator>[0] = {}) {
  const emulator = await createRealtimeEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

async function mint(emulator: RealtimeEmulator): Promise<Target> {
  const response = await fetch(`${emulator.url}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime-2.1' } }),
  });
  const { value } = (await response.json()) as { value: string };
  return { callsUrl: emulator.callsUrl, token: value };
}

/** Serves an empty page on localhost. Chromium does not let other pages call a local address. */
async function servePage(): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/`;
}

/** Opens a page on another origin than the emulator, with the clients. Forwards requests to the public API to the emulator. */
async function openPageWithClients(emulator: RealtimeEmulator): Promise<Page> {
  const { page } = await openPage(browser, {
    url: await servePage(),
    before: async (blank) => {
      await blank.route(`${PUBLIC_API}/**`, async (route) => {
        const url = route.request().url().replace(PUBLIC_API, emulator.url);
        await route.fulfill({ response: await route.fetch({ url }) });
      });
    },
  });
  await page.addScriptTag({ content: clients });
  return page;
}

type WithClients = Window & { webRtcClients: WebRtcClients };

it('a page without a microphone receives the response as audio, with hidden local addresses', async () => {
  const emulator = await startEmulator();
  const page = await openPageWithClients(emulator);
  const received = await page.evaluate(
    (target) =>
      (window as unknown as WithClients).webRtcClients.plain(target, 'none', 'output_audio_buffer.stopped'),
    await mint(emulator),
  );
  expect(received.events[0]).toBe('session.created');
  expect(received.events).toContain('output_audio_buffer.started');
  expect(received.packetsReceived).toBeGreaterThanOrEqual(20);
  expect(received.energyReceived).toBeGreaterThan(0);
});

it('a page that speaks receives events for the start and the end of its speech, and a response', async () => {
  const emulator = await startEmulator();
  const page = await openPageWithClients(emulator);
  const received = await page.evaluate(
    (target) =>
      (window as unknown as WithClients).webRtcClients.plain(target, 'tone', 'output_audio_buffer.stopped'),
    await mint(emulator),
  );
  const turn = [
    'input_audio_buffer.speech_started',
    'input_audio_buffer.speech_stopped',
    'input_audio_buffer.committed',
    'response.created',
    'output_audio_buffer.started',
    'response.done',
    'output_audio_buffer.stopped',
  ];
  expect(received.events.filter((type) => turn.includes(type))).toEqual(turn);
  expect(received.packetsReceived).toBeGreaterThanOrEqual(10);
});

it('the beeps of a fake microphone count as speech when minSpeechMs allows it', async () => {
  const emulator = await startEmulator({ minSpeechMs: 20 });
  const page = await openPageWithClients(emulator);
  const received = await page.evaluate(
    (target) =>
      (window as unknown as WithClients).webRtcClients.plain(
        target,
        'microphone',
        'input_audio_buffer.speech_stopped',
      ),
    await mint(emulator),
  );
  expect(received.events).toContain('input_audio_buffer.speech_started');
});

it('@openai/agents-realtime holds a conversation over WebRTC, unmodified and at the API address', async () => {
  const emulator = await startEmulator();
  const page = await openPageWithClients(emulator);
  const response = await page.evaluate(
    (token) => (window as unknown as WithClients).webRtcClients.agents(token, 'good morning'),
    (await mint(emulator)).token,
  );
  expect(response).toContain('good morning');
  expect(emulator.stats()).toMatchObject({ mints: 1, calls: 1, sessions: 1 });
  await expect
    .poll(() => emulator.stats(), { timeout: SESSION_TIMEOUT_MS })
    .toMatchObject({ openSessions: 0, peers: 0 });
});

it('openai/realtime/webrtc holds a conversation, unmodified', async () => {
  const emulator = await startEmulator();
  const page = await openPageWithClients(emulator);
  const response = await page.evaluate(
    (target) => (window as unknown as WithClients).webRtcClients.openai(target, 'good morning'),
    await mint(emulator),
  );
  expect(response).toContain('good morning');
  await expect
    .poll(() => emulator.stats(), { timeout: SESSION_TIMEOUT_MS })
    .toMatchObject({ calls: 1, sessions: 1, openSessions: 0, peers: 0 });
});
