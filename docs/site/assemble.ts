import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toSiteLinks } from './links.ts';
import { root, sitePages, type SitePage } from './pages.ts';

/** Where the pages are put together for the generator. */
export const pagesFolder = join(root, 'docs/dist/pages');

/** Puts every page that is written by hand at its place on the site. */
export async function assemble(): Promise<void> {
  await rm(pagesFolder, { recursive: true, force: true });
  const pages = sitePages();
  await Promise.all(pages.map((page) => put(page, pages)));
  await mkdir(join(pagesFolder, 'public'), { recursive: true });
  await copyFile(join(root, 'docs/site/icon.svg'), join(pagesFolder, 'public/icon.svg'));
}

/**
 * Puts one page at its place.
 *
 * @param page - Which page.
 * @param pages - All pages, for its links.
 */
export async function put(page: SitePage, pages: readonly SitePage[]): Promise<void> {
  const target = join(pagesFolder, page.target);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, toSiteLinks(await readFile(join(root, page.source), 'utf8'), page, pages));
}
