import { posix } from 'node:path';
import { blocks } from './markdown.ts';

/** Where a page's link leads, within the repository. */
export interface Link {
  /** As it is written. */
  readonly written: string;
  /** Path in the repository. */
  readonly path: string;
  /** Heading, without `#`. */
  readonly anchor: string | undefined;
}

/** Links of a page to files of the repository; those to other hosts are left out. */
export function links(page: string, text: string): Link[] {
  return [...prose(text).matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].map((found) => {
    const [, to = '', anchor] = found;
    const path = to === '' ? page : posix.normalize(posix.join(posix.dirname(page), to)).replace(/\/$/, '');
    return { written: found[0].slice(2, -1), path, anchor };
  });
}

/** Text of the headings of a page, Markdown taken out. */
export function headingsOf(text: string): string[] {
  return [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map((found) =>
    (found[1] ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''),
  );
}

/** What is not in a fenced block. */
function prose(text: string): string {
  return blocks(text).reduce((rest, { code }) => rest.replace(code, ''), text);
}
