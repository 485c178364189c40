import { createRequire } from 'node:module';
import type Axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serveSite, type BuiltSite } from '../support/built-site.ts';
import { launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';

let site: BuiltSite;
let browser: Browser;
beforeAll(async () => {
  site = await serveSite();
  browser = await launchChromium();
});
afterAll(async () => {
  site.close();
  await browser.close();
});

interface PageLayout {
  readonly name: string;
  /** By how many pixels the page is wider than the window. */
  readonly overflow: number;
  /** The longest line of each code block that is wider than its column. */
  readonly wideCode: readonly string[];
}

/** Lays out every page of the site. One document shows the HTML of all pages, which is faster than to open each page. */
async function layOutPages(width: number): Promise<PageLayout[]> {
  const context = await browser.newContext({ viewport: { width, height: 800 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.route('**/*.js', (route) => route.abort());
  await page.goto(`${site.origin}/guide/security.html`);
  return page.evaluate(
    async (names) => {
      const layouts = [];
      for (const name of names) {
        const html = await (await fetch(`/${name}`)).text();
        const parsed = new DOMParser().parseFromString(html, 'text/html');
        document.body.replaceWith(document.adoptNode(parsed.body));
        const root = document.documentElement;
        const wide = [...document.querySelectorAll('pre')].filter((pre) => pre.scrollWidth > pre.clientWidth);
        const longestLine = (pre: HTMLElement) =>
          pre.innerText.split('\n').reduce((one, other) => (other.length > one.length ? other : one));
        layouts.push({
          name,
          overflow: root.scrollWidth - root.clientWidth,
          wideCode: wide.map(longestLine),
        });
      }
      return layouts;
    },
    site.files.filter((name) => name.endsWith('.html') && name !== '404.html'),
  );
}

describe('every page of the documentation site', () => {
  it('fits a phone', async () => {
    const layouts = await layOutPages(390);
    expect(layouts.length).toBeGreaterThan(100);
    expect(layouts.filter(({ overflow }) => overflow > 0).map(({ name }) => name)).toEqual([]);
    // Otherwise the measurement would find nothing on a desktop either.
    expect(layouts.some(({ wideCode }) => wideCode.length > 0)).toBe(true);
  });

  it('shows whole lines of code at 1280 pixels', async () => {
    const layouts = await layOutPages(1280);
    expect(layouts.filter(({ overflow }) => overflow > 0).map(({ name }) => name)).toEqual([]);
    expect(layouts.flatMap(({ name, wideCode }) => wideCode.map((line) => `${name}: ${line}`))).toEqual([]);
  });

  it('loads nothing from another host', async () => {
    const texts = site.files.filter((name) => /\.(?:html|css)$/.test(name));
    const found = await Promise.all(
      texts.map(async (name) => {
        const loads = (await site.read(name)).matchAll(
          /<(?:script|img|iframe|source|video|audio)[^>]*\ssrc(?:set)?="(?:https?:)?\/\/[^"]*|<link[^>]*\shref="(?:https?:)?\/\/[^"]*|(?:url\(|@import )['"]?(?:https?:)?\/\/[^)'"]*/g,
        );
        return [...loads].map(([load]) => `${name}: ${load}`);
      }),
    );
    expect(texts.length).toBeGreaterThan(100);
    expect(found.flat()).toEqual([]);
  });
});

describe.each(['light', 'dark'] as const)('a reader with %s colors', (colorScheme) => {
  it.each(['/', '/guide/getting-started-next.html', '/guide/tokens-or-calls.html', '/errors/timeout.html'])(
    'finds landmarks, names, texts of images and enough contrast on %s',
    async (path) => {
      const { page } = await openPage(browser, { url: site.origin + path, context: { colorScheme } });
      await page.getByRole('main').waitFor();
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
      expect(await page.evaluate(findViolations)).toEqual([]);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    },
  );
});

/** Runs in the page. Names of the violated rules, with the elements. */
async function findViolations(): Promise<string[]> {
  const axe = Reflect.get(window, 'axe') as typeof Axe; // the script that the test added
  const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'best-practice'] });
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(', ')}`,
  );
}
