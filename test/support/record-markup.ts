import type { Page } from 'playwright-core';

/** Starts keeping the page's markup after every change, input values included; call it before the page loads. */
export async function recordMarkup(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = new Set<string>();
    Object.assign(window, { seenMarkup: seen });
    const note = (): void => {
      const values = Array.from(document.querySelectorAll('input'), ({ value }) => value);
      seen.add([document.documentElement.outerHTML, ...values].join('\n'));
    };
    new MutationObserver(note).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
}

/** All markup there has been since the page was loaded. */
export function markup(page: Page): Promise<string> {
  return page.evaluate(() => {
    // Put there by recordMarkup().
    const { seenMarkup } = window as Window & { seenMarkup?: Set<string> };
    return [...(seenMarkup ?? [])].join('\n');
  });
}
