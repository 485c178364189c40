import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sitePages } from '../../docs/.vitepress/lib/pages.ts';
import { sidebar } from '../../docs/.vitepress/lib/sidebar.ts';
import { serveSite, type BuiltSite } from '../support/built-site.ts';
import { launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { horizontalOverflow } from '../support/layout.ts';

const sources = sitePages().map(({ target }) => target);

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

/** Opens a page of the site. Requests to other origins and console errors fail the test. */
async function open(path: string, viewport = { width: 1200, height: 800 }): Promise<Page> {
  const externalRequests: string[] = [];
  const { page } = await openPage(browser, {
    url: site.origin + path,
    context: { viewport },
    before: (page) => {
      page.on('request', (request) => {
        if (!request.url().startsWith(site.origin) && !request.url().startsWith('data:'))
          externalRequests.push(request.url());
      });
    },
  });
  await page.waitForLoadState('networkidle');
  expect(externalRequests).toEqual([]);
  return page;
}

describe('the documentation site', () => {
  it('has an HTML page and a Markdown copy of every source file', () => {
    const markdownCopy = (page: string) => page.replace(/(.)\/index\.md$/, '$1.md');
    expect(sources.filter((page) => !site.files.includes(page.replace(/\.md$/, '.html')))).toEqual([]);
    expect(sources.filter((page) => page !== 'index.md' && !site.files.includes(markdownCopy(page)))).toEqual(
      [],
    );
  });

  it('has an API page for every entry of every package', () => {
    const reference = site.files.filter((name) => /^reference\/@realtime-session\/.*\.html$/.test(name));
    expect(reference).toEqual(
      expect.arrayContaining(
        [
          'core',
          'core/issuers',
          'core/react-native',
          'core/testing',
          'react',
          'react/webrtc',
          'server',
          'server/next',
          'webrtc',
          'protocol',
          'emulator',
          'emulator/testing',
        ].map((name) => `reference/@realtime-session/${name}.html`),
      ),
    );
  });

  it('has llms.txt and llms-full.txt', () => {
    expect(site.files).toEqual(expect.arrayContaining(['llms.txt', 'llms-full.txt']));
  });

  it('lists every page in the sidebar, except the pages of single errors', () => {
    const listed = sidebar.flatMap(({ items = [] }) => items.map(({ link = '' }) => link));
    const pages = sources
      .filter((page) => page !== 'index.md' && !/^errors\/(?!index)/.test(page))
      .map((page) => `/${page.replace(/(index)?\.md$/, '')}`);
    expect([...listed].sort()).toEqual([...pages, '/reference/'].sort());
  });

  it('has no broken links or anchors', async () => {
    const pages = site.files.filter((name) => name.endsWith('.html') && name !== '404.html');
    const texts = new Map(
      await Promise.all(pages.map(async (name) => [name, await site.read(name)] as const)),
    );
    const broken: string[] = [];
    for (const [name, text] of texts) {
      for (const [, href = ''] of text.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
        const { host, pathname, hash } = new URL(href, `http://site/${name}`);
        if (host !== 'site') continue;
        const target = texts.get(decodeURIComponent(pathname.slice(1)).replace(/(^|\/)$/, '$1index.html'));
        const anchor = decodeURIComponent(hash.slice(1));
        if (target === undefined || (anchor !== '' && !target.includes(`id="${anchor}"`)))
          broken.push(`${name} → ${href}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('finds a page by a search term', async () => {
    const page = await open('/guide/getting-started.html');
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.getByRole('searchbox').fill('session configuration');
    await page
      .getByRole('option', { name: /session configuration/i })
      .first()
      .click();
    await page.waitForURL(/security\.html#session-configuration/);
  });

  it.each([
    ['voice', '/guide/getting-started.html'],
    ['CORS', '/recipes/other-origin.html#cors'],
    ['expired', '/guide/token-lifecycle.html#expired-and-rejected-tokens'],
    ['401', '/recipes/signing-in.html#when-the-page-gets-a-401'],
    ['limit', '/guide/security.html#what-a-token-does-not-limit'],
    ['microphone', '/recipes/microphone.html'],
    ['createTokenManager', '/reference/@realtime-session/core.html#createtokenmanager'],
    ['expired-on-arrival', '/errors/expired-on-arrival.html'],
  ])('leads from a search for “%s” to %s', async (term, path) => {
    const page = await open('/');
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.getByRole('searchbox').fill(term);
    const first = page.locator('#localsearch-item-0 a').or(page.locator('a#localsearch-item-0')).first();
    await expect.poll(() => first.getAttribute('href')).toMatch(new RegExp(`^${path}(#|$)`));
  });

  it.each([
    [320, '/'],
    [320, '/guide/security.html'],
    [320, '/packages/server.html'],
    [320, '/reference/@realtime-session/protocol.html'],
    [390, '/'],
    [390, '/guide/token-lifecycle.html'],
    [390, '/packages/core.html'],
    [390, '/recipes/frameworks.html'],
    [390, '/recipes/issuers.html'],
    [390, '/reference/@realtime-session/core.html'],
    [1200, '/packages/emulator.html'],
  ])('fits a width of %i pixels on %s', async (width, path) => {
    expect(await horizontalOverflow(await open(path, { width, height: 800 }))).toBe(0);
  });

  it('opens the menu on a phone', async () => {
    const page = await open('/guide/react.html', { width: 390, height: 800 });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Token lifecycle' }).click();
    await page.getByRole('heading', { level: 1, name: 'Token lifecycle' }).waitFor();
  });
});
