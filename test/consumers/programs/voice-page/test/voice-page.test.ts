import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { FAKE_MICROPHONE } from '@realtime-session/emulator/testing';
import { openaiCalls } from '@realtime-session/server/calls';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createApp, INSTRUCTIONS } from '../server/app';

const ADA = 'session-of-ada';
const TIMEOUT = { timeout: 30_000 };
const ARGS = [
  '--no-sandbox',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const script = {
  transcripts: ['What is the weather in Oslo?', 'Thank you.'],
  turns: [
    { when: 'weather', call: { name: 'get_weather', arguments: { city: 'Oslo' } } },
    {
      when: { outputOf: 'get_weather', output: '"celsius":7' },
      answer: 'It is 7 degrees and raining in Oslo.',
    },
    { when: 'thank', answer: 'You are welcome.' },
  ],
  onUnmatched: 'error' as const,
};

const root = fileURLToPath(new URL('..', import.meta.url));
let dist: string;
let browser: Browser;

function launch(microphone: readonly string[]): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...ARGS, ...microphone] });
}

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'voice-page-'));
  await build({ root, logLevel: 'warn', build: { outDir: dist, emptyOutDir: true } });
  browser = await launch(FAKE_MICROPHONE);
});

afterAll(async () => {
  await browser.close();
  await rm(dist, { recursive: true, force: true });
});

/** Runs in the page before its code: listens to the microphone itself, and keeps every text of the captions and the status. */
function observe(): void {
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream.clone()).connect(analyser);
    Object.assign(window, {
      microphoneTrack: stream.getAudioTracks()[0],
      microphoneLevel: () => {
        const samples = new Float32Array(analyser.fftSize);
        analyser.getFloatTimeDomainData(samples);
        return Math.max(...samples.map(Math.abs));
      },
    });
    return stream;
  };
  const captionTexts = new Set<string>();
  const statusTexts = new Set<string>();
  Object.assign(window, { captionTexts, statusTexts });
  new MutationObserver(() => {
    for (const { textContent } of document.querySelectorAll('li')) captionTexts.add(textContent ?? '');
    for (const { textContent } of document.querySelectorAll('[role=status]'))
      statusTexts.add(textContent ?? '');
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

const microphoneSpeaks = (page: Page) => page.waitForFunction('microphoneLevel() > 0.05', undefined, TIMEOUT);
const microphoneIsQuiet = (page: Page) =>
  page.waitForFunction('microphoneLevel() < 0.001', undefined, TIMEOUT);

async function openSite({ session = ADA, on = browser } = {}) {
  const emulator = await createRealtimeEmulator({ script, responsePaceMs: 100 });
  const users = new Map([[ADA, 'ada']]);
  const { app, calls } = createApp({
    apiKey: emulator.apiKey,
    upstream: openaiCalls({ baseUrl: `${emulator.url}/v1` }),
    page: dist,
    findUser: (value) => users.get(value),
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const context = await on.newContext();
  await context.addCookies([{ name: 'session', value: session, url, httpOnly: true }]);
  await context.addInitScript(observe);
  const page = await context.newPage();
  const bodies: Promise<string>[] = [];
  page.on('response', (response) => bodies.push(response.text().catch(() => '')));
  await page.goto(url);

  onTestFinished(async () => {
    await context.close();
    await calls.close({ graceMs: 0 });
    server.closeAllConnections();
    server.close();
    await emulator.close();
  });
  return {
    bodies,
    calls,
    emulator,
    page,
    status: page.getByRole('status'),
    captions: page.getByRole('list', { name: 'Captions' }).getByRole('listitem'),
    click: (name: string) => page.getByRole('button', { name, exact: true }).click(),
  };
}

test('a call: captions, a function call, mute, hang-up', async () => {
  const { bodies, captions, click, emulator, page, status } = await openSite();
  await expect.poll(() => status.textContent()).toBe('Ready to call');
  await click('Call');
  await expect.poll(() => status.textContent(), TIMEOUT).toBe('Connected');
  const session = await emulator.waitForSession();

  // The user asks, the model calls the function, the page answers, and the model uses the result.
  await expect
    .poll(() => captions.allTextContents(), TIMEOUT)
    .toEqual(['You: What is the weather in Oslo?', 'Assistant: It is 7 degrees and raining in Oslo.']);
  expect(session.received('conversation.item.create')).toMatchObject([
    { item: { type: 'function_call_output', output: '{"celsius":7,"sky":"rain"}' } },
  ]);
  const texts = await page.evaluate<string[]>('[...captionTexts]');
  const pieces = texts.filter((text) => /^Assistant: It is .*[^.]$/.test(text));
  expect(pieces.length).toBeGreaterThan(0); // streamed

  // Muted: the microphone hears the user, and the API does not.
  await microphoneIsQuiet(page);
  const spoken = () => session.sent('input_audio_buffer.speech_started').length;
  expect(spoken()).toBe(1);
  await click('Mute');
  await microphoneSpeaks(page);
  await microphoneIsQuiet(page);
  expect(spoken()).toBe(1);
  await click('Mute');
  await microphoneSpeaks(page);
  await expect
    .poll(() => captions.allTextContents(), TIMEOUT)
    .toEqual([
      'You: What is the weather in Oslo?',
      'Assistant: It is 7 degrees and raining in Oslo.',
      'You: Thank you.',
      'Assistant: You are welcome.',
    ]);
  expect(spoken()).toBe(2);
  expect(emulator.unmatchedTurns()).toEqual([]);

  await click('Hang up');
  await expect.poll(() => emulator.calls().map(({ closedBy }) => closedBy), TIMEOUT).toEqual(['hangup']);
  await expect.poll(() => status.textContent()).toBe('The call has ended');
  expect(await page.evaluate('microphoneTrack.readyState')).toBe('ended');

  // Nothing that the page loaded, and nothing that it shows, has the key or the instructions.
  const loaded = [...(await Promise.all(bodies)), await page.content()];
  const files = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile()))
    loaded.push(await readFile(join(file.parentPath, file.name), 'utf8'));
  const isLoaded = (text: string) => loaded.some((body) => body.includes(text));
  expect(isLoaded('Ready to call')).toBe(true); // the script
  expect(isLoaded('a=fingerprint')).toBe(true); // the answer of the call route
  expect(isLoaded(emulator.apiKey)).toBe(false);
  expect(isLoaded(INSTRUCTIONS)).toBe(false);
});

test('a user who is signed out is asked to sign in', async () => {
  const { click, emulator, status } = await openSite({ session: 'unknown' });
  await click('Call');
  await expect
    .poll(() => status.textContent(), TIMEOUT)
    .toBe('You are signed out. Sign in, then call again.');
  expect(emulator.stats().calls).toBe(0);
});

test('a call that the server ends is not opened again', async () => {
  const { calls, click, emulator, status } = await openSite();
  await click('Call');
  await expect.poll(() => status.textContent(), TIMEOUT).toBe('Connected');
  expect(await calls.hangUp({ principal: 'ada' })).toBe(1);
  await expect.poll(() => status.textContent(), TIMEOUT).toBe('The call was ended. You may be signed out.');
  expect(emulator.stats().calls).toBe(1);
});

test('a lost call is opened again, and the page shows it', async () => {
  const { click, emulator, page, status } = await openSite();
  await click('Call');
  await expect.poll(() => status.textContent(), TIMEOUT).toBe('Connected');
  await emulator.dropSessions({ notice: 'immediate' });
  await expect.poll(() => emulator.stats().calls, TIMEOUT).toBe(2);
  await expect.poll(() => status.textContent(), TIMEOUT).toBe('Connected');
  expect(await page.evaluate('[...statusTexts]')).toContain('The connection was lost. Connecting again…');
});

test('a lost call that cannot be opened again', async () => {
  const { click, emulator, status } = await openSite();
  await click('Call');
  await expect.poll(() => status.textContent(), TIMEOUT).toBe('Connected');
  emulator.fail('rate-limit-ms', { at: 'calls' });
  await emulator.dropSessions({ notice: 'immediate' });
  await expect
    .poll(() => status.textContent(), TIMEOUT)
    .toBe('The voice service cannot be reached. Please call again later.');
  emulator.clearFaults();
  await click('Call');
  await expect.poll(() => status.textContent(), TIMEOUT).toBe('Connected');
});

test('a refused microphone', async () => {
  const strict = await launch(['--use-fake-device-for-media-stream']);
  onTestFinished(() => strict.close());
  const { click, emulator, status } = await openSite({ on: strict });
  await click('Call');
  await expect
    .poll(() => status.textContent(), TIMEOUT)
    .toBe('The microphone is blocked. Allow it for this page, then call again.');
  expect(emulator.stats().calls).toBe(0);
});
