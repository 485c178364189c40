import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

export interface OpenPageOptions {
  readonly url: string;
  readonly context?: BrowserContextOptions;
  /** Console errors that do not fail the test, such as those that Chromium writes for failed requests. */
  readonly expectedErrors?: readonly RegExp[];
  /** Runs before the page loads. */
  readonly before?: (page: Page) => Promise<void> | void;
}

export interface OpenPage {
  readonly page: Page;
  /** Console messages and uncaught errors. */
  readonly log: readonly string[];
}

/** Opens a page in a new context until the end of the test. Unexpected errors and warnings of the page fail the test. */
export async function openPage(browser: Browser, options: OpenPageOptions): Promise<OpenPage> {
  const context = await browser.newContext(options.context);
  const page = await context.newPage();
  const log: string[] = [];
  const errors: string[] = [];
  page.on('console', (message) => {
    log.push(message.text());
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => {
    log.push(error.stack ?? error.message);
    errors.push(error.message);
  });
  onTestFinished(async () => {
    await context.close();
    const expected = options.expectedErrors ?? [];
    expect(errors.filter((error) => !expected.some((pattern) => pattern.test(error)))).toEqual([]);
  });
  await options.before?.(page);
  await page.goto(options.url);
  return { page, log };
}

/** Pauses the clock of a page, so that only `page.clock` advances it. Call it before the page loads. */
export async function pauseClock(page: Page, atMs = Date.now()): Promise<void> {
  await page.clock.pauseAt(atMs);
}
