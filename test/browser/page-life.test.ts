import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { launchChromium } from '../support/chromium.ts';
import { serveMintRoute } from '../support/mint-route.ts';
import { openPage, pauseClock } from '../support/open-page.ts';
import { launchBrowserTabs, type BrowserTabs, type Tab } from '../support/browser-tabs.ts';

/** Chromium logs failed requests to the console. */
const FAILED_REQUEST = /Failed to load resource/;

const MINUTE_MS = 60_000;

const HOUR_MS = 60 * MINUTE_MS;

/** Short, but long enough for a busy machine. Frozen pages need real time, since a test cannot control their clock. */
const SHORT_TTL_SECONDS = 20;

/** Longer than the short lifetime. */
const AFTER_EXPIRY_MS = 21_000;

/** Browsers can be slow on a busy machine. */
const POLL_OPTIONS = { timeout: 40_000 };

let browser: Browser;
let tabs: BrowserTabs;
let script: string;
beforeAll(async () => {
  [browser, tabs, script] = await Promise.all([
    launchChromium(),
    launchBrowserTabs(),
    bundleForBrowser(new URL('fixtures/page-life-app.tsx', import.meta.url)),
  ]);
});
afterAll(() => Promise.all([browser.close(), tabs.close()]));

/** Serves the app and its mint route. */
async function serve(ttlSeconds: number) {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const upstream = compatible({ baseUrl: emulator.url });
  const session = { model: 'gpt-realtime-2.1' };
  const route = await serveMintRoute({ apiKey: emulator.apiKey, upstream, session, ttlSeconds }, { script });
  return { emulator, url: new URL('/', route).href, mints: () => emulator.stats().mints };
}

describe('a tab', () => {
  const status = (tab: Tab) => () =>
    tab.evaluate(`document.querySelector('[aria-label=token]')?.textContent`);
  const statusLog = (tab: Tab) => tab.evaluate('window.statusLog');
  const remainingMs = (tab: Tab) => () => tab.evaluate('window.remainingMs()');
  const visibility = (tab: Tab) => () => tab.evaluate('document.visibilityState');

  async function openReady(url: string): Promise<Tab> {
    const tab = await tabs.open(url);
    await expect.poll(status(tab), POLL_OPTIONS).toBe('ready');
    return tab;
  }

  it('does not mint while it is hidden, and mints once when it is visible again', async () => {
    const { url, mints } = await serve(SHORT_TTL_SECONDS);
    const tab = await openReady(url);
    const other = await tabs.open('about:blank');
    await expect.poll(visibility(tab), POLL_OPTIONS).toBe('hidden');
    await expect.poll(status(tab), POLL_OPTIONS).not.toBe('ready');
    expect(mints()).toBe(1);
    await tab.show();
    await expect.poll(status(tab), POLL_OPTIONS).toBe('ready');
    expect(mints()).toBe(2);
    await other.send('Page.close');
  });

  it('has a new token on resume when its token expired while it was frozen', async () => {
    const { url, mints } = await serve(SHORT_TTL_SECONDS);
    const tab = await openReady(url);
    const other = await tabs.open('about:blank');
    await expect.poll(visibility(tab), POLL_OPTIONS).toBe('hidden');
    await tab.send('Page.setWebLifecycleState', { state: 'frozen' });
    await other.evaluate(`new Promise((resolve) => setTimeout(resolve, ${AFTER_EXPIRY_MS}))`);
    expect(mints()).toBe(1);
    await tab.send('Page.setWebLifecycleState', { state: 'active' });
    await tab.show();
    await expect.poll(remainingMs(tab), POLL_OPTIONS).toBeGreaterThan(5_000);
    await expect.poll(status(tab), POLL_OPTIONS).toBe('ready');
    expect(await tab.evaluate('window.lifecycle')).toEqual(['freeze', 'resume']);
    expect(mints()).toBe(2);
    await other.send('Page.close');
  });

  it('restores a valid token from the back/forward cache, and replaces an expired one', async () => {
    const { url, mints } = await serve(SHORT_TTL_SECONDS);
    const tab = await openReady(url);
    const navigateAway = async () => {
      await tab.send('Page.enable');
      await tab.send('Page.navigate', { url: new URL('/other', url).href });
      await expect.poll(() => tab.evaluate('location.pathname'), POLL_OPTIONS).toBe('/other');
    };
    const goBack = async () => {
      await tab.evaluate('history.back()');
      await expect.poll(() => tab.evaluate('location.pathname'), POLL_OPTIONS).toBe('/');
      await expect.poll(() => tab.evaluate('window.persisted'), POLL_OPTIONS).toBe(true);
    };
    await navigateAway();
    await goBack();
    expect(await status(tab)()).toBe('ready');
    expect(mints()).toBe(1);
    await navigateAway();
    await tab.evaluate(`new Promise((resolve) => setTimeout(resolve, ${AFTER_EXPIRY_MS}))`);
    expect(mints()).toBe(1);
    await goBack();
    await expect.poll(remainingMs(tab), POLL_OPTIONS).toBeGreaterThan(5_000);
    expect(await status(tab)()).toBe('ready');
    expect(mints()).toBe(2);
    expect(await statusLog(tab)).not.toContain('failed');
  });
});

describe('a page', () => {
  const status = (page: Page) => page.getByLabel('token');

  /** Opens a page with a paused clock. */
  async function openReady({ url }: { readonly url: string }, clockOffsetMs = 0): Promise<Page> {
    const { page } = await openPage(browser, {
      url,
      before: (blank) => pauseClock(blank, Date.now() + clockOffsetMs),
      expectedErrors: [FAILED_REQUEST, /ERR_INTERNET/],
    });
    await expect.poll(() => status(page).textContent(), POLL_OPTIONS).toBe('ready');
    return page;
  }
  const statusLog = (page: Page) => page.evaluate(() => Reflect.get(window, 'statusLog') as string[]);
  const remainingMs = (page: Page) =>
    page.evaluate(() => (Reflect.get(window, 'remainingMs') as () => number)());

  it('stays ready with one refresh in nine minutes when the lifetime is ten minutes', async () => {
    const app = await serve(600);
    const page = await openReady(app);
    for (let minute = 0; minute < 9; minute += 1) {
      app.emulator.advance(MINUTE_MS);
      await page.clock.runFor(MINUTE_MS);
    }
    await expect.poll(app.mints).toBe(2);
    expect(await statusLog(page)).toEqual(['idle', 'loading', 'ready']);
  });

  it('is ready with one mint after it slept for nine minutes', async () => {
    const app = await serve(600);
    const page = await openReady(app);
    app.emulator.advance(9 * MINUTE_MS);
    await page.clock.fastForward(9 * MINUTE_MS);
    await expect.poll(app.mints).toBe(2);
    await expect.poll(() => status(page).textContent()).toBe('ready');
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'is ready with one mint and refreshes once in nine minutes when the system clock is off by %i ms',
    async (clockOffsetMs) => {
      const app = await serve(600);
      const page = await openReady(app, clockOffsetMs);
      await page.clock.runFor(MINUTE_MS);
      expect(app.mints()).toBe(1);
      app.emulator.advance(8 * MINUTE_MS);
      await page.clock.runFor(8 * MINUTE_MS);
      await expect.poll(app.mints).toBe(2);
      // Wait for the response before the clock advances.
      await expect.poll(() => remainingMs(page)).toBeGreaterThan(100_000);
      await page.clock.runFor(MINUTE_MS);
      expect(app.mints()).toBe(2);
      expect(await statusLog(page)).toEqual(['idle', 'loading', 'ready']);
      expect(await page.content()).not.toContain('ek_');
    },
  );

  it('refreshes in time after the system clock is set back by an hour', async () => {
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

  it('is not ready when its token expires offline, and is ready with one mint when it is online again', async () => {
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
    // The interval gives a response time to arrive before the clock of the page reaches the timeout.
    await expect.poll(statusLater, { timeout: 40_000, interval: 500 }).toBe('ready');
    expect(app.mints()).toBe(2);
  });
});
