import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vitepress';
import { imageFolder, relativePath, replaceLinks, repository } from './page-links.ts';
import { root, sitePages, type SitePage } from './pages.ts';

/** Where the pages are assembled for VitePress. */
export const pagesFolder = join(root, 'docs/dist/pages');

/** Copies every handwritten page to its place on the site. */
export async function assemble(): Promise<void> {
  await rm(pagesFolder, { recursive: true, force: true });
  const pages = sitePages();
  await Promise.all(pages.map((page) => writePage(page, pages)));
  await mkdir(join(pagesFolder, 'public'), { recursive: true });
  await cp(join(root, imageFolder), join(pagesFolder, 'images'), { recursive: true });
  await copyFile(join(root, 'docs/.vitepress/lib/icon.svg'), join(pagesFolder, 'public/icon.svg'));
}

/** During development, copies a page again when its source is saved. */
export function watchPages(): Plugin {
  return {
    name: 'watch-pages',
    configureServer({ watcher }) {
      const pages = sitePages();
      watcher.add(pages.map(({ source }) => join(root, source)));
      watcher.on('change', (path) => {
        const page = pages.find(({ source }) => join(root, source) === path);
        if (page !== undefined) void writePage(page, pages);
      });
    },
  };
}

async function writePage(page: SitePage, pages: readonly SitePage[]): Promise<void> {
  const target = join(pagesFolder, page.target);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, toSiteLinks(await readFile(join(root, page.source), 'utf8'), page, pages));
}

/** Turns links between files into links between pages. A file that is neither a page nor an image is linked on GitHub. */
function toSiteLinks(text: string, page: SitePage, pages: readonly SitePage[]): string {
  return replaceLinks(text, page.source, (file) => {
    if (file.startsWith(imageFolder)) return relativePath(page.target, file.slice('docs/'.length));
    const found = pages.find(({ source }) => source === file || source === `${file}/README.md`);
    return found === undefined ? repository + file : relativePath(page.target, found.target);
  });
}
