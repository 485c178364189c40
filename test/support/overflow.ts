import type { Page } from 'playwright-core';

/** How many pixels the page is wider than its window; 0 when nothing sticks out. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
