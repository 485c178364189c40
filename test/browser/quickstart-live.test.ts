import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startQuickstart } from '../support/examples.ts';
import { openPage } from '../support/open-page.ts';
import { speakingMicrophone } from '../support/speech.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(await speakingMicrophone());
});
afterAll(() => browser.close());

/** A busy machine answers late. */
const LONG_TIMEOUT = { timeout: 30_000 };

async function openQuickstart(): Promise<Page> {
  const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0' }, '--live');
  // A page that lost its call asks the route why, and learns that it has ended.
  const { page } = await openPage(browser, { url: app.url, expectedErrors: [/status of 410/] });
  await page.getByTestId('talk').click();
  await page.locator('[data-testid=connection][data-connection=connected]').waitFor(LONG_TIMEOUT);
  return page;
}

it('shows what both sides say, the time that is left, what it costs, and why the server ended the call', async () => {
  const page = await openQuickstart();
  expect(await page.getByTestId('intro').textContent()).toContain('Live API');
  await page.locator('[data-speaker=you]').first().waitFor(LONG_TIMEOUT);
  await page.locator('[data-speaker=model][data-status=done]').first().waitFor(LONG_TIMEOUT);
  expect(await page.getByTestId('time-left').textContent()).toMatch(/^[23]:\d\d$/);
  // Live charges 15 seconds at least.
  await expect.poll(() => page.getByTestId('cost').textContent(), LONG_TIMEOUT).toMatch(/^\$0\.01\d$/);

  await page.getByTestId('end-call').click();
  await page.locator('[data-testid=call-end][data-reason=revoked]').waitFor(LONG_TIMEOUT);
  expect(await page.getByTestId('notice').last().textContent()).toContain('you pressed “End the call”');
  expect(await page.getByTestId('time-left').count()).toBe(0);
});

it('mutes the session, shows that the API refuses other instructions, and hangs up', async () => {
  const page = await openQuickstart();
  await page.getByTestId('mute').click();
  await page
    .locator('.events-list [data-event="session.input_audio.muted"]')
    .waitFor({ state: 'attached', ...LONG_TIMEOUT });
  await page.getByTestId('rewrite').click();
  await page.getByTestId('notice').filter({ hasText: 'forbidden' }).waitFor(LONG_TIMEOUT);
  await page.getByTestId('hang-up').click();
  await page.getByTestId('notice').filter({ hasText: 'You ended the call.' }).waitFor(LONG_TIMEOUT);
  expect(await page.getByTestId('status').getAttribute('data-status')).toBe('closed');
});

it('replaces a lost session, and says that the new one remembers nothing', async () => {
  const page = await openQuickstart();
  await page.getByTestId('drop').click();
  await page
    .locator('.timeline-title')
    .filter({ hasText: /^Back after / })
    .waitFor(LONG_TIMEOUT);
  expect(await page.getByTestId('status').getAttribute('data-status')).toBe('connected');
  expect(await page.getByTestId('notice').last().textContent()).toContain('does not remember');
});
