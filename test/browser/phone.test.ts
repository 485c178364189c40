import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeMicrophone, launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { horizontalOverflow } from '../support/layout.ts';
import { startQuickstart } from '../support/examples.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(fakeMicrophone);
});
afterAll(() => browser.close());

it.each(['light', 'dark'] as const)(
  'fits a 360 pixel wide phone in %s mode when it is ready, in a call and failing',
  async (colorScheme) => {
    const app = await startQuickstart({ PORT: '0', EMULATOR_PORT: '0', SESSION_TTL_SECONDS: '10' });
    const { page } = await openPage(browser, {
      url: app.url,
      context: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme },
      expectedErrors: [/ERR_FAILED/],
    });

    await page.locator('[data-status=ready]').waitFor();
    expect(await horizontalOverflow(page)).toBe(0);

    await page.getByTestId('talk').tap();
    await page.locator('[data-event="response.done"]').waitFor();
    expect(await horizontalOverflow(page)).toBe(0);

    await page.route('**/api/realtime-session', (route) => route.abort());
    await page.getByTestId('token-error').waitFor({ timeout: 15_000 });
    expect(await horizontalOverflow(page)).toBe(0);
  },
);
