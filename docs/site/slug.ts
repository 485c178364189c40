/**
 * The anchor of a heading, made as GitHub makes it, so that a link works there and on the site.
 *
 * @param heading - Text of the heading, without Markdown.
 */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
}
