import { posix } from 'node:path';
import { blocks } from './markdown.ts';

/** A link from a page to a file of the repository. */
export interface Link {
  /** The link as written on the page. */
  readonly written: string;
  /** Path in the repository. */
  readonly path: string;
  /** Anchor of a heading, without `#`. */
  readonly anchor: string | undefined;
}

/** Links of a page to files of the repository, without links to other hosts. */
export function links(page: string, text: string): Link[] {
  return [...prose(text).matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].map((found) => {
    const [, to = '', anchor] = found;
    const path = to === '' ? page : posix.normalize(posix.join(posix.dirname(page), to)).replace(/\/$/, '');
    return { written: found[0].slice(2, -1), path, anchor };
  });
}

/** Headings of a page as plain text, without Markdown. */
export function headingsOf(text: string): string[] {
  return [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map((found) =>
    (found[1] ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''),
  );
}

/** The text outside fenced code blocks. */
function prose(text: string): string {
  return blocks(text).reduce((rest, { code }) => rest.replace(code, ''), text);
}
