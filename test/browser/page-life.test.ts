import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle.ts';
import { launchChromium } from '../support/chromium.ts';
import { holdTime } from '../support/hold-time.ts';
import { serveMintRoute } from '../support/mint-route.ts';
import { openPage } from '../support/open-page.ts';
import { startTabs, type Tab, type Tabs } from '../support/tabs.ts';

/** Chromium writes every request that fails on the console. */
const FAILED_REQUEST = /Failed to load resource/;

const MINUTE_MS = 60_000;

const HOUR_MS = 60 * MINUTE_MS;

/** A short life, long enough for a busy machine. No clock of a test reaches a browser that freezes pages. */
const SHORT_SECONDS = 20;

/** A token with a short life has died by then. */
const DEAD_MS = 21_000;

/** A busy machine takes its time. */
const PATIENCE = { timeout: 40_000 };

let browser: Browser;
let tabs: Tabs;
let script: string;
beforeAll(async () => {
  [browser, tabs, script] = await Promise.all([
    launchChromium(),
    startTabs(),
    bundleForBrowser(new URL('fixtures/page-life-app.tsx', import.meta.url)),
  ]);
});
afterAll(() => Promise.all([browser.close(), tabs.close()]));

/** A page with a mint route. */
async function serve(ttlSeconds: number) {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const upstream = compatible({ baseUrl: emulator.url });
  const session = { model: 'gpt-realtime' };
  const route = await serveMintRoute({ apiKey: emulator.apiKey, upstream, session, ttlSeconds }, script);
  return { emulator, url: new URL('/', route).href, mints: () => emulator.stats().mints };
}

describe('a tab', () => {
  const status = (tab: Tab) => () =>
    tab.evaluate(`document.querySelector('[aria-label=token]')?.textContent`);
  const seen = (tab: Tab) => tab.evaluate('window.seen');
  /** What the token has left, in milliseconds. */
  const remainingMs = (tab: Tab) => () => tab.evaluate('window.remainingMs()');
  const visibility = (tab: Tab) => () => tab.evaluate('document.visibilityState');

  async function openReady(url: string): Promise<Tab> {
    const tab = await tabs.open(url);
    await expect.poll(status(tab), PATIENCE).toBe('ready');
    return tab;
  }

  it('that is hidden and throttled mints nothing while its token dies, and one when it is looked at again', async () => {
    const { url, mints } = await serve(SHORT_SECONDS);
    const tab = await openReady(url);
    const other = await tabs.open('about:blank');
    await expect.poll(visibility(tab), PATIENCE).toBe('hidden');
    await expect.poll(status(tab), PATIENCE).not.toBe('ready');
    expect(mints()).toBe(1);
    await tab.show();
    await expect.poll(status(tab), PATIENCE).toBe('ready');
    expect(mints()).toBe(2);
    await other.send('Page.close');
  });

  it('that was frozen while its token died has another one when it resumes', async () => {
    const { url, mints } = await serve(SHORT_SECONDS);
    const tab = await openReady(url);
    const other = await tabs.open('about:blank');
    await expect.poll(visibility(tab), PATIENCE).toBe('hidden');
    await tab.send('Page.setWebLifecycleState', { state: 'frozen' });
    await other.evaluate(`new Promise((resolve) => setTimeout(resolve, ${DEAD_MS}))`);
    expect(mints()).toBe(1);
    await tab.send('Page.setWebLifecycleState', { state: 'active' });
    await tab.show();
    await expect.poll(remainingMs(tab), PATIENCE).toBeGreaterThan(5_000);
    await expect.poll(status(tab), PATIENCE).toBe('ready');
    expect(await tab.evaluate('window.lifecycle')).toEqual(['freeze', 'resume']);
    expect(mints()).toBe(2);
    await other.send('Page.close');
  });

  it('that comes back from the back/forward cache has a token at once when it lives, and another one when it died', async () => {
    const { url, mints } = await serve(SHORT_SECONDS);
    const tab = await openReady(url);
    const leave = async () => {
      await tab.send('Page.enable');
      await tab.send('Page.navigate', { url: new URL('/elsewhere', url).href });
      await expect.poll(() => tab.evaluate('location.pathname'), PATIENCE).toBe('/elsewhere');
    };
    const comeBack = async () => {
      await tab.evaluate('history.back()');
      await expect.poll(() => tab.evaluate('location.pathname'), PATIENCE).toBe('/');
      await expect.poll(() => tab.evaluate('window.persisted'), PATIENCE).toBe(true);
    };
    await leave();
    await comeBack();
    expect(await status(tab)()).toBe('ready');
    expect(mints()).toBe(1);
    await leave();
    await tab.evaluate(`new Promise((resolve) => setTimeout(resolve, ${DEAD_MS}))`);
    expect(mints()).toBe(1);
    await comeBack();
    await expect.poll(remainingMs(tab), PATIENCE).toBeGreaterThan(5_000);
    expect(await status(tab)()).toBe('ready');
    expect(mints()).toBe(2);
    expect(await seen(tab)).not.toContain('failed');
  });
});

describe('a page', () => {
  const status = (page: Page) => page.getByLabel('token');

  /** Time stands still on it. Its clock is this machine's, or off by so much. */
  async function openReady({ url }: { readonly url: string }, offMs = 0): Promise<Page> {
    const { page } = await openPage(browser, {
      url,
      before: (blank) => holdTime(blank, Date.now() + offMs),
      expectedErrors: [FAILED_REQUEST, /ERR_INTERNET/],
    });
    await expect.poll(() => status(page).textContent(), PATIENCE).toBe('ready');
    return page;
  }
  const seen = (page: Page) => page.evaluate(() => Reflect.get(window, 'seen') as string[]);
  /** What the token has left, in milliseconds. */
  const remainingMs = (page: Page) =>
    page.evaluate(() => (Reflect.get(window, 'remainingMs') as () => number)());

  it('sees one refresh in nine minutes of a ten minute token, and stays ready', async () => {
    const app = await serve(600);
    const page = await openReady(app);
    for (let minute = 0; minute < 9; minute += 1) {
      app.emulator.advance(MINUTE_MS);
      await page.clock.runFor(MINUTE_MS);
    }
    await expect.poll(app.mints).toBe(2);
    expect(await seen(page)).toEqual(['idle', 'loading', 'ready']);
  });

  it('that slept for nine minutes at once is ready when it wakes, with no more than one mint', async () => {
    const app = await serve(600);
    const page = await openReady(app);
    app.emulator.advance(9 * MINUTE_MS);
    await page.clock.fastForward(9 * MINUTE_MS);
    await expect.poll(app.mints).toBe(2);
    await expect.poll(() => status(page).textContent()).toBe('ready');
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'whose system clock is off by %i ms is ready with one mint, and refreshes once in nine minutes',
    async (offMs) => {
      const app = await serve(600);
      const page = await openReady(app, offMs);
      await page.clock.runFor(MINUTE_MS);
      expect(app.mints()).toBe(1);
      app.emulator.advance(8 * MINUTE_MS);
      await page.clock.runFor(8 * MINUTE_MS);
      await expect.poll(app.mints).toBe(2);
      // Before time goes on the answer has to be there.
      await expect.poll(() => remainingMs(page)).toBeGreaterThan(100_000);
      await page.clock.runFor(MINUTE_MS);
      expect(app.mints()).toBe(2);
      expect(await seen(page)).toEqual(['idle', 'loading', 'ready']);
      expect(await page.content()).not.toContain('ek_');
    },
  );

  it('whose clock is set back by an hour meanwhile refreshes in time', async () => {
    const app = await serve(600);
    const page = await openReady(app);
    await page.clock.setSystemTime(Date.now() - HOUR_MS);
    for (let minute = 0; minute < 9; minute += 1) {
      app.emulator.advance(MINUTE_MS);
      await page.clock.runFor(MINUTE_MS);
    }
    await expect.poll(app.mints).toBe(2);
    expect(await status(page).textContent()).toBe('ready');
  });

  it('that was offline while its token died says so, and is ready again with one mint', async () => {
    const app = await serve(600);
    const page = await openReady(app);
    await page.context().setOffline(true);
    app.emulator.advance(11 * MINUTE_MS);
    await page.clock.runFor(11 * MINUTE_MS);
    await expect.poll(() => status(page).textContent()).not.toBe('ready');
    expect(app.mints()).toBe(1);
    await page.context().setOffline(false);
    const statusLater = async () => {
      await page.clock.runFor(1_000);
      return status(page).textContent();
    };
    // Between two looks, an answer has to arrive before the page's clock says that it waited too long.
    await expect.poll(statusLater, { timeout: 40_000, interval: 500 }).toBe('ready');
    expect(app.mints()).toBe(2);
  });
});
