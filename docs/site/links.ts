import { posix } from 'node:path';
import type { SitePage } from './pages.ts';

/** Where files that are no pages are shown. */
const repository = 'https://github.com/realtime-session/realtime-session/blob/main/';

/** A Markdown link that leads somewhere else in the repository. */
const relativeLink = /(\]\()(?!https?:|mailto:|#)([^)\s#]*)(#[^)\s]*)?\)/g;

/**
 * Turns links between files of the repository into links between pages of the site. What is no page is linked where the
 * repository is shown.
 *
 * @param text - Markdown of a page.
 * @param page - Which page.
 * @param pages - All pages.
 */
export function toSiteLinks(text: string, page: SitePage, pages: readonly SitePage[]): string {
  return outsideCode(text, (part) =>
    part.replace(relativeLink, (_link, open: string, path: string, anchor = '') => {
      const wanted = posix.normalize(posix.join(posix.dirname(page.source), path)).replace(/\/$/, '');
      const found = pages.find(({ source }) => source === wanted || source === `${wanted}/README.md`);
      if (found === undefined) return `${open}${repository}${wanted}${anchor})`;
      const from = posix.dirname(page.target);
      const relative = posix.relative(from, found.target);
      return `${open}${relative.startsWith('.') ? relative : `./${relative}`}${anchor})`;
    }),
  );
}

/** Changes what is not inside a fenced block. */
function outsideCode(text: string, change: (part: string) => string): string {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : change(part)))
    .join('');
}
