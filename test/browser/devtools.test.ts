import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { horizontalOverflow, readContrast } from '../support/layout.ts';

const url = 'http://app.test/';

let browser: Browser;
let script: string;
beforeAll(async () => {
  [browser, script] = await Promise.all([
    launchChromium(),
    bundleForBrowser(new URL('fixtures/devtools-app.tsx', import.meta.url), 'development'),
  ]);
});
afterAll(() => browser.close());

/** Opens the app. Playwright serves it, without a server. */
async function openApp(context: BrowserContextOptions = {}): Promise<Page> {
  const html = '<!doctype html><title>App</title><div id="root"></div><script src="app.js"></script>';
  const { page } = await openPage(browser, {
    url,
    context,
    before: async (blank) => {
      await blank.route(`${url}**`, (route) =>
        route.request().url() === url
          ? route.fulfill({ contentType: 'text/html', body: html })
          : route.fulfill({ contentType: 'text/javascript', body: script }),
      );
    },
  });
  await page.getByText('ready ready').waitFor();
  return page;
}

/** Presses Tab until the element with this text has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused()) === name) return;
  }
  throw new Error(`${name} does not have the focus after pressing Tab 20 times.`);
}

describe('the devtools', () => {
  it('can be used with the keyboard and show the focus', async () => {
    const page = await openApp();
    const outline = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
    await tabTo(page, 'Realtime sessions (2)');
    expect(await outline()).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: 'voice' }).waitFor();
    await page.getByRole('article', { name: 'custom' }).waitFor();
    await page.waitForFunction(() => /expires in 5\d\d/.test(document.body.innerText));
    await tabTo(page, 'Invalidate token');
    expect(await outline()).toBe('solid');
    await page.keyboard.press('Space');
    await page.getByLabel('app').getByText('ready ready 3').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('token invalidated').waitFor();
    await tabTo(page, 'Fail next mint');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Fail next mint', pressed: true }).waitFor();
    expect(await page.content()).not.toContain('canary');
  });

  it.each(['light', 'dark'] as const)('have enough contrast in %s mode', async (colorScheme) => {
    const page = await openApp({ colorScheme });
    await page.getByRole('button', { name: /^Realtime sessions/ }).click();
    await page.getByText('Events').first().click();
    await page.getByRole('button', { name: 'Fail next mint' }).click();
    const texts = await readContrast(page.getByRole('complementary', { name: 'Realtime sessions' }));
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    const panel = page.locator('.rs-panel');
    const background = await panel.evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(22, 24, 29)');
  });

  it('fit a phone screen', async () => {
    const page = await openApp({ viewport: { width: 320, height: 560 } });
    await page.getByRole('button', { name: /^Realtime sessions/ }).click();
    const panel = page.getByRole('complementary', { name: 'Realtime sessions' });
    const box = await panel.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(await horizontalOverflow(page)).toBe(0);
  });
});
