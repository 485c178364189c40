import { posix } from 'node:path';
import { repository } from '../../../docs/.vitepress/lib/page-links.ts';
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

/** Links of a page to files of the repository, relative or on GitHub, without links to other hosts. */
export function links(page: string, text: string): Link[] {
  const found = withoutCode(text).matchAll(/\]\(([^)\s#]*)(?:#([^)\s]*))?\)/g);
  return [...found].flatMap(([written, to = '', anchor]) => {
    const path = repositoryPath(page, to);
    return path === undefined ? [] : [{ written: written.slice(2, -1), path, anchor }];
  });
}

/** The path of a link's target in the repository, or `undefined` for other hosts. */
function repositoryPath(page: string, to: string): string | undefined {
  if (to.startsWith(repository)) return to.slice(repository.length);
  if (/^(?:https?|mailto):/.test(to)) return undefined;
  return to === '' ? page : posix.normalize(posix.join(posix.dirname(page), to)).replace(/\/$/, '');
}

/** Headings of a page as plain text, without Markdown. */
export function headingsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map((found) =>
    (found[1] ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''),
  );
}

/** The text outside fenced code blocks. */
export function withoutCode(text: string): string {
  return blocks(text).reduce((rest, { code }) => rest.replace(code, ''), text);
}
