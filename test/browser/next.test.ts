import { createRealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startExample } from '../support/example.ts';
import { openPage } from '../support/open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** The built example, with an emulator in place of the API. */
async function start() {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const { url } = await startExample('next', { ...emulatorEnvironment(emulator) });
  return { url, mints: () => emulator.stats().mints };
}

const status = (page: Page) => page.getByLabel('token', { exact: true });

/** Notes every status the page shows, from the first paint on. */
async function noteStatuses(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const note = (): void => {
      const text = document.querySelector('[aria-label=token]')?.textContent;
      if (typeof text === 'string' && text !== seen.at(-1)) seen.push(text);
    };
    new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
  });
}
const seen = (page: Page) => page.evaluate(() => Reflect.get(window, 'seen') as string[]);

/** The tokens in what the server sent, one by one. */
const tokensIn = (text: string): string[] => [...new Set(text.match(/ek_\w+/g) ?? [])];

async function openAs(user: string, url: string): Promise<Page> {
  const { page } = await openPage(browser, {
    url: 'about:blank',
    before: noteStatuses,
  });
  await page.context().addCookies([{ name: 'user', value: user, url }]);
  await page.goto(url);
  return page;
}

describe('the Next example', () => {
  it('is ready at the first paint with a token of the server, and never mints in the page', async () => {
    const { url, mints } = await start();
    const page = await openAs('ada', url);
    // The countdown runs in the browser only: the page is alive.
    await page.getByText('s left').waitFor();
    expect(await seen(page)).toEqual(['ready']);
    expect(mints()).toBe(1);
    expect(await page.getByText('Minting').count()).toBe(0);
  });

  it('sends the page with a status and one token, uncached, and nothing of it to anybody who is not signed in', async () => {
    const { url, mints } = await start();
    const stranger = await fetch(url);
    expect(tokensIn(await stranger.text())).toEqual([]);
    expect(mints()).toBe(0);
    const ada = await fetch(url, { headers: { cookie: 'user=ada' } });
    expect(ada.headers.get('cache-control')).toContain('no-store');
    const html = await ada.text();
    expect(html).toMatch(/<output[^>]*>ready<\/output>/);
    expect(tokensIn(html)).toHaveLength(1);
    expect(html).not.toContain('friendly assistant');
  });

  it('gives two users that ask at once a token each', async () => {
    const { url, mints } = await start();
    const ask = async (user: string) => (await fetch(url, { headers: { cookie: `user=${user}` } })).text();
    const pages = await Promise.all(['ada', 'grace', 'ada', 'grace'].map(ask));
    const tokens = pages.map(tokensIn);
    expect(tokens.map((list) => list.length)).toEqual([1, 1, 1, 1]);
    expect(new Set(tokens.flat()).size).toBe(4);
    expect(mints()).toBe(4);
  });

  it('mints once in a page that has none, and shows the next user nothing of the one before', async () => {
    const { url, mints } = await start();
    const page = await openAs('ada', `${url}/later`);
    await expect.poll(() => status(page).textContent()).toBe('ready');
    expect(await seen(page)).toEqual(['idle', 'loading', 'ready']);
    expect(mints()).toBe(1);
    await page.getByRole('button', { name: 'I am grace' }).click();
    await expect.poll(() => page.getByLabel('user').textContent()).toBe('grace');
    await expect.poll(() => status(page).textContent()).toBe('ready');
    expect(mints()).toBe(2);
    expect((await seen(page)).slice(3)).toEqual(['idle', 'loading', 'ready']);
  });

  it('goes from page to page without a mint too many', async () => {
    const { url, mints } = await start();
    const page = await openAs('ada', `${url}/later`);
    await expect.poll(() => status(page).textContent()).toBe('ready');
    await page.getByRole('link', { name: 'Token from the server' }).click();
    await page.getByRole('heading', { name: 'Token from the server' }).waitFor();
    await expect.poll(() => status(page).textContent()).toBe('ready');
    // One of the page, and one of the server, which cannot know of the other.
    expect(mints()).toBe(2);
    expect(await seen(page)).not.toContain('failed');
  });
});
