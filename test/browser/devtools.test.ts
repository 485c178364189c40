import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle.ts';
import { launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { overflow } from '../support/overflow.ts';
import { readContrast } from '../support/read-contrast.ts';

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

/** The app, served without any server. */
async function openApp(context: BrowserContextOptions = {}): Promise<Page> {
  const html = '<!doctype html><title>App</title><div id="root"></div><script src="app.js"></script>';
  const { page } = await openPage(browser, {
    url,
    context,
    before: async (opened) => {
      await opened.route(`${url}**`, (route) =>
        route.request().url() === url
          ? route.fulfill({ contentType: 'text/html', body: html })
          : route.fulfill({ contentType: 'text/javascript', body: script }),
      );
    },
  });
  await page.getByText('ready ready').waitFor();
  return page;
}

/** Presses Tab until something has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.textContent ?? 'nothing');
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused()) === name) return;
  }
  throw new Error(`Twenty presses of Tab did not reach ${name}.`);
}

describe('the devtools', () => {
  it('are worked with the keyboard alone, and show where the focus is', async () => {
    const page = await openApp();
    const outline = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
    await tabTo(page, 'Realtime sessions (2)');
    expect(await outline()).toBe('solid');
    await page.keyboard.press('Enter');
    const voice = page.getByRole('article', { name: 'voice' });
    await voice.waitFor();
    await page.waitForFunction(() => /expires in 5\d\d/.test(document.body.innerText));
    await tabTo(page, 'Expire now');
    expect(await outline()).toBe('solid');
    await page.keyboard.press('Space');
    await page.getByLabel('app').getByText('ready ready 3').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await voice.getByRole('button', { name: 'Fail next mint', pressed: true }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await voice.getByText('token refused').waitFor();
    expect(await page.content()).not.toContain('canary');
  });

  it.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
    const page = await openApp({ colorScheme });
    await page.getByRole('button', { name: /^Realtime sessions/ }).click();
    await page.getByText('Events').first().click();
    await page.getByRole('button', { name: 'Fail next mint' }).click();
    const texts = await readContrast(page.getByRole('complementary', { name: 'Realtime sessions' }));
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    const panel = page.locator('.rs-panel');
    const back = await panel.evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(back).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(22, 24, 29)');
  });

  it('fit a telephone', async () => {
    const page = await openApp({ viewport: { width: 320, height: 560 } });
    await page.getByRole('button', { name: /^Realtime sessions/ }).click();
    const panel = page.getByRole('complementary', { name: 'Realtime sessions' });
    const box = await panel.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(await overflow(page)).toBe(0);
  });
});
