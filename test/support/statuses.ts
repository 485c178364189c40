import type { Page } from 'playwright-core';

/** What is noted: the token and the line of a session. */
type Part = 'status' | 'line';

type Seen = Record<Part, string[]>;

/** Starts noting every status the token and the line had on the page; call it before the page loads. */
export async function noteStatuses(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Seen = { status: [], line: [] };
    Object.assign(window, { seenStatuses: seen });
    const note = (part: Part): void => {
      const status =
        document.querySelector(`[data-testid=${part}]`)?.getAttribute(`data-${part}`) ?? undefined;
      if (status !== undefined && status !== seen[part].at(-1)) seen[part].push(status);
    };
    const noteBoth = (): void => {
      note('status');
      note('line');
    };
    new MutationObserver(noteBoth).observe(document, { subtree: true, childList: true, attributes: true });
  });
}

/**
 * Every status so far, in order, without repetitions. A reload starts a new list.
 *
 * @param part - Whose. Default the token's.
 */
export function statuses(page: Page, part: Part = 'status'): Promise<readonly string[]> {
  return page.evaluate((wanted) => {
    // Put there by noteStatuses(); a page that was reloaded starts a new list.
    const { seenStatuses } = window as Window & { seenStatuses?: Seen };
    return seenStatuses?.[wanted] ?? [];
  }, part);
}
