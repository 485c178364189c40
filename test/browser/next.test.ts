import { createRealtimeEmulator } from '@realtime-session/emulator';
import { emulatorEnvironment } from '@realtime-session/emulator/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startExample } from '../support/examples.ts';
import { openPage } from '../support/open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Starts the built example with an emulator. */
async function start() {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const { url } = await startExample('next', { ...emulatorEnvironment(emulator) });
  return { url, mints: () => emulator.stats().mints };
}

/** The status on the current page. Next keeps earlier pages in the document, hidden. */
const status = (page: Page) => page.getByLabel('token', { exact: true }).filter({ visible: true });

/** Records every status that the page shows, from the first paint. */
async function recordStatuses(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const log: string[] = [];
    Object.assign(window, { statusLog: log });
    const record = (): void => {
      const text = document.querySelector('[aria-label=token]')?.textContent;
      if (typeof text === 'string' && text !== log.at(-1)) log.push(text);
    };
    new MutationObserver(record).observe(document, { subtree: true, childList: true, characterData: true });
  });
}
const readStatuses = (page: Page) => page.evaluate(() => Reflect.get(window, 'statusLog') as string[]);

const tokensIn = (text: string): string[] => [...new Set(text.match(/ek_\w+/g) ?? [])];

async function openAs(user: string, url: string): Promise<Page> {
  const { page } = await openPage(browser, {
    url: 'about:blank',
    before: recordStatuses,
  });
  await page.context().addCookies([{ name: 'user', value: user, url }]);
  await page.goto(url);
  return page;
}

describe('the Next example', () => {
  it('is ready at the first paint with the token of the server, without a mint in the page', async () => {
    const { url, mints } = await start();
    const page = await openAs('ada', url);
    // The countdown runs only in the browser, so the page is hydrated.
    await page.getByText('s left').waitFor();
    expect(await readStatuses(page)).toEqual(['ready']);
    expect(mints()).toBe(1);
    expect(await page.getByText('Minting').count()).toBe(0);
  });

  it('sends one uncached token with the page to a signed-in user, and none to others', async () => {
    const { url, mints } = await start();
    const anonymous = await fetch(url);
    expect(tokensIn(await anonymous.text())).toEqual([]);
    expect(mints()).toBe(0);
    const ada = await fetch(url, { headers: { cookie: 'user=ada' } });
    expect(ada.headers.get('cache-control')).toContain('no-store');
    const html = await ada.text();
    expect(html).toMatch(/<output[^>]*>ready<\/output>/);
    expect(tokensIn(html)).toHaveLength(1);
    expect(html).not.toContain('friendly assistant');
  });

  it('mints one token for each of several simultaneous requests', async () => {
    const { url, mints } = await start();
    const fetchPage = async (user: string) =>
      (await fetch(url, { headers: { cookie: `user=${user}` } })).text();
    const pages = await Promise.all(['ada', 'grace', 'ada', 'grace'].map(fetchPage));
    const tokens = pages.map(tokensIn);
    expect(tokens.map((list) => list.length)).toEqual([1, 1, 1, 1]);
    expect(new Set(tokens.flat()).size).toBe(4);
    expect(mints()).toBe(4);
  });

  it('mints once in a page without a token, and again when the user changes', async () => {
    const { url, mints } = await start();
    const page = await openAs('ada', `${url}/later`);
    await expect.poll(() => status(page).textContent()).toBe('ready');
    expect(await readStatuses(page)).toEqual(['idle', 'loading', 'ready']);
    expect(mints()).toBe(1);
    await page.getByRole('button', { name: 'I am grace' }).click();
    await expect.poll(() => page.getByLabel('user').textContent()).toBe('grace');
    await expect.poll(() => status(page).textContent()).toBe('ready');
    expect(mints()).toBe(2);
    expect((await readStatuses(page)).slice(3)).toEqual(['idle', 'loading', 'ready']);
  });

  it('navigates between pages without extra mints', async () => {
    const { url, mints } = await start();
    const page = await openAs('ada', `${url}/later`);
    await expect.poll(() => status(page).textContent()).toBe('ready');
    await page.getByRole('link', { name: 'Token from the server' }).click();
    await page.getByRole('heading', { name: 'Token from the server' }).waitFor();
    await expect.poll(() => status(page).textContent()).toBe('ready');
    // One mint in the page, and one on the server, which cannot know about the first.
    expect(mints()).toBe(2);
    expect(await readStatuses(page)).not.toContain('failed');
  });
});
