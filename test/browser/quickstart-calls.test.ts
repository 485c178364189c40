import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { startQuickstart } from '../support/examples.ts';
import { openPage } from '../support/open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

/** A busy machine answers late. */
const LONG_TIMEOUT = { timeout: 30_000 };

async function openQuickstart(): Promise<Page> {
  const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' }, '--calls');
  // A page that lost its call asks the route why, and learns that it has ended.
  const { page } = await openPage(browser, { url: app.url, expectedErrors: [/status of 410/] });
  return page;
}

/** Presses Talk and waits for the answer. */
async function call(page: Page): Promise<void> {
  await page.getByTestId('talk').click();
  await page.locator('[data-speaker=model][data-status=done]').waitFor();
}

it('shows the time and the money that are left, and why the server ended the call', async () => {
  const page = await openQuickstart();
  expect(await page.getByTestId('intro').textContent()).toContain('your own server creates, limits and ends');
  await call(page);
  expect(await page.getByTestId('time-left').textContent()).toMatch(/^[23]:\d\d$/);
  // The heartbeat brings what the answer cost.
  await expect.poll(() => page.getByTestId('money-left').textContent(), LONG_TIMEOUT).toMatch(/^\$0\.04\d$/);

  await page.getByTestId('end-call').click();
  await page.locator('[data-testid=call-end][data-reason=revoked]').waitFor();
  expect(await page.getByTestId('notice').last().textContent()).toContain('you pressed “End the call”');
  expect(await page.getByTestId('status').getAttribute('data-status')).toBe('failed');
  expect(await page.getByTestId('time-left').count()).toBe(0);
});

it('restores the instructions, and ends the call when the page changes them again and again', async () => {
  const page = await openQuickstart();
  await call(page);
  const ended = page.locator('[data-testid=call-end][data-reason=page-update]');
  for (let count = 0; count < 4; count += 1) {
    const updates = page.locator('.events-list [data-event="session.updated"]');
    const before = await updates.count();
    await page.getByTestId('rewrite').click();
    // One for the change, one for what the server restored. The last change ends the call.
    if (count < 3) await expect.poll(() => updates.count(), LONG_TIMEOUT).toBeGreaterThanOrEqual(before + 2);
  }
  await ended.waitFor(LONG_TIMEOUT);
});

it('replaces a lost call although the user may have only one', async () => {
  const page = await openQuickstart();
  await call(page);
  await page.getByTestId('drop').click();
  await page
    .locator('.timeline-title')
    .filter({ hasText: /^Back after / })
    .waitFor(LONG_TIMEOUT);
  expect(await page.getByTestId('status').getAttribute('data-status')).toBe('connected');
});
