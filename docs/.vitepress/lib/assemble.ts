import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Plugin } from 'vitepress';
import { root, sitePages, type SitePage } from './pages.ts';

/** Where the pages are assembled for VitePress. */
export const pagesFolder = join(root, 'docs/dist/pages');

/** Where the site links to files that are not pages. */
const repository = 'https://github.com/realtime-session/realtime-session/blob/main/';

/** A Markdown link to another file of the repository. */
const relativeLink = /(\]\()(?!https?:|mailto:|#)([^)\s#]*)(#[^)\s]*)?\)/g;

/** Copies every handwritten page to its place on the site. */
export async function assemble(): Promise<void> {
  await rm(pagesFolder, { recursive: true, force: true });
  const pages = sitePages();
  await Promise.all(pages.map((page) => writePage(page, pages)));
  await mkdir(join(pagesFolder, 'public'), { recursive: true });
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

/** Turns links between files into links between pages. A file that is not a page is linked on GitHub. */
function toSiteLinks(text: string, page: SitePage, pages: readonly SitePage[]): string {
  return replaceOutsideCode(text, (part) =>
    part.replace(relativeLink, (_link, open: string, path: string, anchor = '') => {
      const file = posix.normalize(posix.join(posix.dirname(page.source), path)).replace(/\/$/, '');
      const found = pages.find(({ source }) => source === file || source === `${file}/README.md`);
      if (found === undefined) return `${open}${repository}${file}${anchor})`;
      const relative = posix.relative(posix.dirname(page.target), found.target);
      return `${open}${relative.startsWith('.') ? relative : `./${relative}`}${anchor})`;
    }),
  );
}

/** Applies a replacement to everything outside fenced code blocks. */
function replaceOutsideCode(text: string, replace: (part: string) => string): string {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : replace(part)))
    .join('');
}
