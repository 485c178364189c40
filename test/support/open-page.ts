import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** How to open a page. */
export interface OpenPageOptions {
  /** Which page. */
  readonly url: string;
  /** Size, colors and the like. */
  readonly context?: BrowserContextOptions;
  /** Console errors that belong to what is tested, such as those Chromium itself writes when a server is gone. */
  readonly expectedErrors?: readonly RegExp[];
  /** Runs before the page loads. */
  readonly before?: (page: Page) => Promise<void> | void;
}

/** An open page and what it said. */
export interface OpenPage {
  readonly page: Page;
  /** Everything on its console, errors thrown included. */
  readonly said: readonly string[];
}

/**
 * Opens a page in a context of its own, closed when the test is over. Whatever the page throws or logs as an error fails
 * the test, unless it is expected.
 *
 * @param browser - Running Chromium.
 * @param options - Which page, and what may go wrong.
 */
export async function openPage(browser: Browser, options: OpenPageOptions): Promise<OpenPage> {
  const context = await browser.newContext(options.context);
  const page = await context.newPage();
  const said: string[] = [];
  const errors: string[] = [];
  page.on('console', (message) => {
    said.push(message.text());
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => {
    said.push(error.stack ?? error.message);
    errors.push(error.message);
  });
  onTestFinished(async () => {
    await context.close();
    const expected = options.expectedErrors ?? [];
    expect(errors.filter((error) => !expected.some((pattern) => pattern.test(error)))).toEqual([]);
  });
  await options.before?.(page);
  await page.goto(options.url);
  return { page, said };
}
