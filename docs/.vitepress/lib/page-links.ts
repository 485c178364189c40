import { posix } from 'node:path';

/** Where files are linked that are not next to the page. */
export const repository = 'https://github.com/realtime-session/realtime-session/blob/main/';

/** Where a program reads a file of the repository as plain text. */
export const rawFiles = 'https://raw.githubusercontent.com/realtime-session/realtime-session/main/';

/** Folder of the images that pages show. */
export const imageFolder = 'docs/images/';

/** A Markdown link to a file of the repository, relative or on GitHub. */
const link =
  /(\]\()(https:\/\/github\.com\/realtime-session\/realtime-session\/blob\/main\/)?(?!https?:|mailto:|#)([^)\s#]*)(#[^)\s]*)?\)/g;

/**
 * Replaces the links to files of the repository, outside code.
 *
 * @param source - Path of the page in the repository.
 * @param toTarget - Returns the target for the path of a file in the repository.
 */
export function replaceLinks(text: string, source: string, toTarget: (file: string) => string): string {
  return replaceOutsideCode(text, (part) =>
    part.replace(link, (_link, open: string, host: string | undefined, path: string, anchor = '') => {
      const joined = host === undefined ? posix.join(posix.dirname(source), path) : path;
      return `${open}${toTarget(posix.normalize(joined).replace(/\/$/, ''))}${anchor})`;
    }),
  );
}

/** Path from one file to another, starting with a dot. */
export function relativePath(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Applies a replacement to everything outside fenced code blocks. */
function replaceOutsideCode(text: string, replace: (part: string) => string): string {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : replace(part)))
    .join('');
}
