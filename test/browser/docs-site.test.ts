import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sitePages } from '../../docs/site/pages.ts';
import { sidebar } from '../../docs/site/sidebar.ts';
import { launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { overflow } from '../support/overflow.ts';
import { serveFolder, type ServedFolder } from '../support/serve-folder.ts';

const folder = fileURLToPath(new URL('../../docs/dist/site', import.meta.url));

const written = sitePages().map(({ target }) => target);
const read = (path: string): Promise<string> => readFile(`${folder}/${path}`, 'utf8');

let site: ServedFolder;
let browser: Browser;
let files: string[];
beforeAll(async () => {
  if (!existsSync(folder)) throw new Error('The site is not built; run "pnpm docs:build" first.');
  files = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
  [site, browser] = await Promise.all([serveFolder(folder), launchChromium()]);
});
afterAll(() => Promise.all([site.close(), browser.close()]));

/** Opens a page of the site; a request to anywhere else, or an error on its console, fails the test. */
async function open(path: string, viewport = { width: 1200, height: 800 }): Promise<Page> {
  const elsewhere: string[] = [];
  const { page } = await openPage(browser, {
    url: site.origin + path,
    context: { viewport },
    before: (page) => {
      page.on('request', (request) => {
        if (!request.url().startsWith(site.origin) && !request.url().startsWith('data:'))
          elsewhere.push(request.url());
      });
    },
  });
  await page.waitForLoadState('networkidle');
  expect(elsewhere).toEqual([]);
  return page;
}

describe('the documentation site', () => {
  it('has a page and a Markdown twin for everything that is written', () => {
    const twin = (page: string) => page.replace(/(.)\/index\.md$/, '$1.md');
    expect(written.filter((page) => !files.includes(page.replace(/\.md$/, '.html')))).toEqual([]);
    expect(written.filter((page) => page !== 'index.md' && !files.includes(twin(page)))).toEqual([]);
  });

  it('has an API page for every entry of every package', () => {
    const reference = files.filter((name) => /^reference\/@realtime-session\/.*\.html$/.test(name));
    expect(reference).toEqual(
      expect.arrayContaining(
        [
          'core',
          'core/issuers',
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

  it('lists every page in llms.txt, and holds every page in llms-full.txt', async () => {
    const [list, full] = await Promise.all([read('llms.txt'), read('llms-full.txt')]);
    const twins = files.filter((name) => name.endsWith('.md'));
    expect(twins.length).toBeGreaterThan(written.length);
    expect(twins.filter((name) => name !== 'index.md' && !list.includes(`(/${name})`))).toEqual([]);
    expect(full).toContain('The soft pin of a session');
    expect(full).toContain('createTokenManager');
  });

  it('has every page but the single errors beside the others', () => {
    const listed = sidebar.flatMap(({ items = [] }) => items.map(({ link = '' }) => link));
    const pages = written
      .filter((page) => page !== 'index.md' && !/^errors\/(?!index)/.test(page))
      .map((page) => `/${page.replace(/(index)?\.md$/, '')}`);
    expect([...listed].sort()).toEqual([...pages, '/reference/'].sort());
  });

  it('has no link into nothing, headings included', async () => {
    const pages = files.filter((name) => name.endsWith('.html') && name !== '404.html');
    const texts = new Map(await Promise.all(pages.map(async (name) => [name, await read(name)] as const)));
    const dead: string[] = [];
    for (const [name, text] of texts) {
      for (const [, href = ''] of text.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
        const { host, pathname, hash } = new URL(href, `http://site/${name}`);
        if (host !== 'site') continue;
        const target = texts.get(decodeURIComponent(pathname.slice(1)).replace(/(^|\/)$/, '$1index.html'));
        const anchor = decodeURIComponent(hash.slice(1));
        if (target === undefined || (anchor !== '' && !target.includes(`id="${anchor}"`)))
          dead.push(`${name} → ${href}`);
      }
    }
    expect(dead).toEqual([]);
  });

  it('is found by a word', async () => {
    const page = await open('/guide/getting-started.html');
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.getByRole('searchbox').fill('soft pin');
    await page
      .getByRole('option', { name: /soft pin/i })
      .first()
      .click();
    await page.waitForURL(/security\.html#the-soft-pin/);
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
  ])('fits %i pixels: %s', async (width, path) => {
    expect(await overflow(await open(path, { width, height: 800 }))).toBe(0);
  });

  it('opens its menu on a phone', async () => {
    const page = await open('/guide/react.html', { width: 390, height: 800 });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Life of a token' }).click();
    await page.getByRole('heading', { level: 1, name: 'Life of a token' }).waitFor();
  });
});
