import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRealtimeEmulator, type EmulatorEvent } from '@realtime-session/emulator';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../after/server';
import { bundle, launch, listen, openPage, remove, useEmulator } from './site';

let folder: string;
let browser: Browser;

beforeAll(async () => {
  [folder, browser] = await Promise.all([bundle('after'), launch()]);
});

afterAll(async () => {
  await browser.close();
  await remove(folder);
});

async function openSite() {
  const events: EmulatorEvent[] = [];
  const emulator = await createRealtimeEmulator({
    generation: 'current',
    script: {
      transcripts: ['Do you have rye bread?'],
      turns: [{ when: 'rye', answer: 'Yes, from seven in the morning.' }],
    },
    onEvent: (event) => events.push(event),
  });
  onTestFinished(() => emulator.close());
  useEmulator(emulator);
  const checkPassword = (name: string, password: string) =>
    name === 'ada' && password === 'correct' ? { id: name } : null;
  return { emulator, events, origin: await listen(createApp(folder, checkPassword)) };
}

async function signIn(origin: string): Promise<string> {
  const body = new URLSearchParams({ name: 'ada', password: 'correct' });
  const response = await fetch(`${origin}/sign-in`, { method: 'POST', body, redirect: 'manual' });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

function askForToken(origin: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${origin}/api/realtime-session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, ...headers },
    body: '{}',
  });
}

const status = (page: Page, text: string) =>
  page.waitForFunction((expected) => document.getElementById('status')?.textContent === expected, text);

const microphones = (page: Page) =>
  page.evaluate(() => window.microphones.map(({ enabled, readyState }) => ({ enabled, readyState })));

/** Opens the page as a signed-in user. */
async function openSignedIn(site: Awaited<ReturnType<typeof openSite>>): Promise<Page> {
  const page = await openPage(browser, site.emulator, site.origin);
  const [name, value] = (await signIn(site.origin)).split('=');
  await page.context().addCookies([{ name: name ?? '', value: value ?? '', url: site.origin }]);
  return page;
}

test('the route returns the token and nothing else', async () => {
  const { emulator, events, origin } = await openSite();
  const response = await askForToken(origin, { cookie: await signIn(origin) });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    value: expect.stringMatching(/^ek_/),
    expires_at: expect.any(Number),
    expires_in: expect.closeTo(120, -1), // seconds
    calls_url: emulator.callsUrl,
    session: {
      id: expect.stringMatching(/^sess_/),
      object: 'realtime.session',
      type: 'realtime',
      model: 'gpt-realtime-2.1',
    },
  });
  expect(events).toMatchObject([{ type: 'mint', api: 'client_secrets', status: 200 }]); // and no warning of a shutdown
});

test('the route refuses strangers, GET and a wrong password', async () => {
  const { emulator, origin } = await openSite();
  const cookie = await signIn(origin);
  expect((await askForToken(origin, {})).status).toBe(401);
  expect((await fetch(`${origin}/api/realtime-session`, { headers: { cookie } })).status).toBe(405);
  const body = new URLSearchParams({ name: 'ada', password: 'wrong' });
  expect((await fetch(`${origin}/sign-in`, { method: 'POST', body })).status).toBe(401);
  expect(emulator.stats().mints).toBe(0);
});

test('start, talk, mute, stop', async () => {
  const site = await openSite();
  const { emulator } = site;
  const page = await openSignedIn(site);

  await page.click('#start');
  await status(page, 'connected');
  await page.waitForFunction(
    () =>
      document.getElementById('user')?.textContent === 'Do you have rye bread?' &&
      document.getElementById('assistant')?.textContent === 'Yes, from seven in the morning.',
  );

  await page.click('#mute');
  expect(await page.textContent('#mute')).toBe('Unmute');
  expect(await microphones(page)).toEqual([{ enabled: false, readyState: 'live' }]);
  await page.click('#mute');
  expect(await page.textContent('#mute')).toBe('Mute');
  expect(await microphones(page)).toEqual([{ enabled: true, readyState: 'live' }]);

  await page.click('#stop');
  await status(page, 'closed');
  expect(await microphones(page)).toMatchObject([{ readyState: 'ended' }]);
  await expect.poll(() => emulator.stats()).toMatchObject({ calls: 1, openSessions: 0, peers: 0 });
});

test('a call after a muted one starts with the microphone on', async () => {
  const site = await openSite();
  const page = await openSignedIn(site);
  await page.click('#start');
  await status(page, 'connected');
  await page.click('#mute');
  await page.click('#stop');
  await status(page, 'closed');
  await page.click('#start');
  await status(page, 'connected');
  expect(await page.textContent('#mute')).toBe('Mute');
  expect((await microphones(page)).at(-1)).toEqual({ enabled: true, readyState: 'live' });
});

test('two clicks make one call', async () => {
  const site = await openSite();
  const { emulator } = site;
  const page = await openSignedIn(site);
  await page.evaluate(() => {
    document.getElementById('start')?.click();
    document.getElementById('start')?.click();
  });
  await status(page, 'connected');
  await page.click('#start');
  expect(emulator.stats()).toMatchObject({ mints: 1, calls: 1, openSessions: 1 });
  expect(await microphones(page)).toHaveLength(1);
});

test('the instructions are neither in the files of the page nor in what the server sends', async () => {
  const site = await openSite();
  const page = await openSignedIn(site);
  const bodies: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.url().startsWith(site.origin) && response.status() === 200) bodies.push(response.text());
  });
  await page.reload();
  await page.click('#start');
  await status(page, 'connected');
  const sent = await Promise.all(bodies);
  expect(sent.some((body) => body.includes('ek_'))).toBe(true);

  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')));
  expect(texts.length).toBeGreaterThan(1);
  for (const text of [...sent, ...texts]) expect(text).not.toContain('Harbour Bakery. Answer');
});

test('a visitor is asked to sign in, and can talk then', async () => {
  const { emulator, origin } = await openSite();
  const page = await openPage(browser, emulator, origin);
  await page.click('#start');
  await page.waitForSelector('#sign-in', { state: 'visible' });
  await status(page, 'please sign in');
  expect(await microphones(page)).toMatchObject([{ readyState: 'ended' }]);
  expect(emulator.stats()).toMatchObject({ mints: 0, calls: 0 });

  await page.fill('[name=name]', 'ada');
  await page.fill('[name=password]', 'correct');
  // The page is loaded again, at the same address.
  await Promise.all([page.waitForEvent('load'), page.click('#sign-in button')]);
  await page.click('#start');
  await status(page, 'connected');
});
