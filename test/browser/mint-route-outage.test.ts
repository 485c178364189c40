import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { openPage, pauseClock } from '../support/open-page.ts';
import { startQuickstart } from '../support/examples.ts';
import { readStatuses, recordStatuses } from '../support/record-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

it('shows a mint route outage, uses the current token during the outage, and recovers', async () => {
  const emulator = await createRealtimeEmulator();
  onTestFinished(() => emulator.close());
  const env = {
    PORT: String(await freePort()),
    OPENAI_API_KEY: emulator.apiKey,
    OPENAI_BASE_URL: emulator.url,
  };
  let app = await startQuickstart(env);
  const { page } = await openPage(browser, {
    url: app.url,
    before: async (blank) => {
      await pauseClock(blank);
      await recordStatuses(blank);
    },
    expectedErrors: [/ERR_CONNECTION_(REFUSED|RESET)/],
  });
  const status = (value: string) => page.locator(`[data-testid=status][data-status=${value}]`);
  await status('ready').waitFor();

  await app.stop();
  // A two-minute token is refreshed after 90 seconds and usable for another 15 seconds.
  await page.clock.runFor(100_000);
  const problem = page.getByTestId('token-error');
  await problem.waitFor();
  expect(await problem.textContent()).toMatch(/Mint route unreachable, (next attempt in \d+ s|retrying now)/);
  expect(await status('ready').count()).toBe(1);
  await page.getByText('Text', { exact: true }).click();
  await page.getByTestId('talk').click();
  await page.locator('[data-speaker=model][data-status=done]').waitFor();

  await page.clock.runFor(20_000);
  await status('loading').waitFor();
  expect(await page.getByTestId('token').textContent()).toBe('no token');
  expect(await page.getByTestId('connection').getAttribute('data-connection')).toBe('connected');

  app = await startQuickstart(env);
  const isReady = async () => {
    await page.clock.runFor(1_000);
    return status('ready').count();
  };
  // The interval gives a response time to arrive before the clock of the page reaches the timeout.
  await expect.poll(isReady, { timeout: 60_000, interval: 500 }).toBe(1);
  await problem.waitFor({ state: 'detached' });
  expect((await readStatuses(page)).slice(-3)).toEqual(['ready', 'loading', 'ready']);
});
