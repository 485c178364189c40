import type { Page } from 'playwright-core';

/** Starts noting every status the token had on the page; call it before the page loads. */
export async function noteStatuses(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seenStatuses: seen });
    const note = (): void => {
      const status = document.querySelector('[data-testid=status]')?.getAttribute('data-status') ?? undefined;
      if (status !== undefined && status !== seen.at(-1)) seen.push(status);
    };
    new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true });
  });
}

/** Every status so far, in order, without repetitions. A reload starts a new list. */
export function statuses(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    // Put there by noteStatuses(); a page that was reloaded starts a new list.
    const { seenStatuses } = window as Window & { seenStatuses?: string[] };
    return seenStatuses ?? [];
  });
}
