import type { Locator, Page } from 'playwright-core';

/** By how many pixels the page is wider than the window. */
export function horizontalOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** A text of a page and its contrast. */
export interface TextContrast {
  readonly text: string;
  /** WCAG contrast ratio of the text and its background, 1..21. */
  readonly ratio: number;
}

/** Measures the contrast of every text in a part of a page. Supports plain background colors only. */
export function readContrast(part: Locator): Promise<TextContrast[]> {
  return part.evaluate((element) => {
    const numbers = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = numbers(color).map((channel) =>
        channel / 255 <= 0.03928 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const backgroundOf = (from: Element | null): string => {
      const color = from ? getComputedStyle(from).backgroundColor : 'rgb(255, 255, 255)';
      return numbers(color)[3] === 0 && from ? backgroundOf(from.parentElement) : color;
    };
    const hasText = (candidate: Element): boolean =>
      [...candidate.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    return [...element.querySelectorAll('*')]
      .filter(
        (candidate) =>
          hasText(candidate) && candidate.tagName !== 'STYLE' && candidate.getClientRects().length > 0,
      )
      .map((candidate) => {
        const values = [luminance(getComputedStyle(candidate).color), luminance(backgroundOf(candidate))];
        const ratio = (Math.max(...values) + 0.05) / (Math.min(...values) + 0.05);
        return { text: candidate.textContent, ratio };
      });
  });
}
