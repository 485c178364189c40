import type { Locator } from 'playwright-core';

/** One text of a page and how well it can be read. */
export interface Contrast {
  readonly text: string;
  /** WCAG's ratio between its color and what is behind it, 1..21. */
  readonly ratio: number;
}

/**
 * The contrast of every text in a part of a page, over plain backgrounds.
 *
 * @param part - Where.
 */
export function readContrast(part: Locator): Promise<Contrast[]> {
  return part.evaluate((element) => {
    const numbers = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = numbers(color).map((part) =>
        part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (from: Element | null): string => {
      const color = from ? getComputedStyle(from).backgroundColor : 'rgb(255, 255, 255)';
      return numbers(color)[3] === 0 && from ? behind(from.parentElement) : color;
    };
    const hasText = (one: Element): boolean =>
      [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    return [...element.querySelectorAll('*')]
      .filter((one) => hasText(one) && one.tagName !== 'STYLE' && one.getClientRects().length > 0)
      .map((one) => {
        const shades = [luminance(getComputedStyle(one).color), luminance(behind(one))];
        const ratio = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
        return { text: one.textContent, ratio };
      });
  });
}
