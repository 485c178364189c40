import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sitePages } from '../../docs/.vitepress/lib/pages.ts';
import { sidebar } from '../../docs/.vitepress/lib/sidebar.ts';
import { launchChromium } from '../support/chromium.ts';
import { openPage } from '../support/open-page.ts';
import { horizontalOverflow } from '../support/layout.ts';

const folder = fileURLToPath(new URL('../../docs/dist/site', import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

const sources = sitePages().map(({ target }) => target);
const read = (path: string): Promise<string> => readFile(`${folder}/${path}`, 'utf8');

let server: Server;
let origin: string;
let browser: Browser;
let files: string[];
beforeAll(async () => {
  if (!existsSync(folder)) throw new Error('The site is not built. Run "pnpm docs:build" first.');
  files = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
  server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const file = path.endsWith('/') ? `${path}index.html` : path;
    readFile(join(folder, file)).then(
      (content) =>
        response
          .setHeader('content-type', contentTypes[extname(file)] ?? 'application/octet-stream')
          .end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchChromium();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await browser.close();
});

/** Opens a page of the site. Requests to other origins and console errors fail the test. */
async function open(path: string, viewport = { width: 1200, height: 800 }): Promise<Page> {
  const externalRequests: string[] = [];
  const { page } = await openPage(browser, {
    url: origin + path,
    context: { viewport },
    before: (page) => {
      page.on('request', (request) => {
        if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
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
    expect(sources.filter((page) => !files.includes(page.replace(/\.md$/, '.html')))).toEqual([]);
    expect(sources.filter((page) => page !== 'index.md' && !files.includes(markdownCopy(page)))).toEqual([]);
  });

  it('has an API page for every entry of every package', () => {
    const reference = files.filter((name) => /^reference\/@realtime-session\/.*\.html$/.test(name));
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
    expect(files).toEqual(expect.arrayContaining(['llms.txt', 'llms-full.txt']));
  });

  it('lists every page in the sidebar, except the pages of single errors', () => {
    const listed = sidebar.flatMap(({ items = [] }) => items.map(({ link = '' }) => link));
    const pages = sources
      .filter((page) => page !== 'index.md' && !/^errors\/(?!index)/.test(page))
      .map((page) => `/${page.replace(/(index)?\.md$/, '')}`);
    expect([...listed].sort()).toEqual([...pages, '/reference/'].sort());
  });

  it('has no broken links or anchors', async () => {
    const pages = files.filter((name) => name.endsWith('.html') && name !== '404.html');
    const texts = new Map(await Promise.all(pages.map(async (name) => [name, await read(name)] as const)));
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
