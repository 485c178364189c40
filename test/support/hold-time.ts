import type { Page } from 'playwright-core';

/**
 * Lets time stand still on a page, so that only `page.clock` moves it, however slow the machine is; call it before the page loads.
 *
 * @param atMs - Where, in milliseconds since 1970. Default now.
 */
export async function holdTime(page: Page, atMs = Date.now()): Promise<void> {
  await page.clock.pauseAt(atMs);
}
