import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { holdTime } from '../support/hold-time.ts';
import { openPage } from '../support/open-page.ts';
import { startQuickstart, type QuickstartProcess } from '../support/quickstart.ts';
import { noteStatuses, statuses } from '../support/statuses.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

it('says that the mint route is gone, uses the token at hand meanwhile, and recovers by itself', async () => {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const env = {
    PORT: String(await freePort()),
    OPENAI_API_KEY: emulator.apiKey,
    OPENAI_BASE_URL: emulator.url,
  };
  let app: QuickstartProcess = await startQuickstart(env);
  onTestFinished(async () => {
    await app.stop();
  });
  const { page } = await openPage(browser, {
    url: app.url,
    before: async (blank) => {
      await holdTime(blank);
      await noteStatuses(blank);
    },
    expectedErrors: [/ERR_CONNECTION_(REFUSED|RESET)/],
  });
  const status = (value: string) => page.locator(`[data-testid=status][data-status=${value}]`);
  await status('ready').waitFor();

  await app.stop();
  // A token of two minutes is refreshed after one and a half, and works for a quarter of a minute more.
  await page.clock.runFor(100_000);
  const trouble = page.getByTestId('trouble');
  await trouble.waitFor();
  expect(await trouble.textContent()).toMatch(/Mint route unreachable, (next try in \d+ s|trying now)/);
  expect(await status('ready').count()).toBe(1);
  await page.getByText('Text', { exact: true }).click();
  await page.getByTestId('talk').click();
  await page.locator('[data-event="response.done"]').waitFor();

  await page.clock.runFor(20_000);
  await status('loading').waitFor();
  expect(await page.getByTestId('token').textContent()).toBe('no token');
  expect(await page.getByTestId('line').getAttribute('data-line')).toBe('live');

  app = await startQuickstart(env);
  const isReady = async () => {
    await page.clock.runFor(1_000);
    return status('ready').count();
  };
  // Between two looks, an answer has to arrive before the page's clock says that it waited too long.
  await expect.poll(isReady, { timeout: 60_000, interval: 500 }).toBe(1);
  await trouble.waitFor({ state: 'detached' });
  expect((await statuses(page)).slice(-3)).toEqual(['ready', 'loading', 'ready']);
});
