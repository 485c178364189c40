import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { MarkdownOptions } from 'vitepress';
import { root } from './pages.ts';

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/** Changes the HTML of all pages. */
export function configureMarkdown(md: MarkdownIt): void {
  inlineDiagrams(md);
  hidePermalinks(md);
}

/** Puts the diagrams of `docs/images` into the HTML of a page, so that they have the colors of the page. */
function inlineDiagrams(md: MarkdownIt): void {
  const { image } = md.renderer.rules;
  md.renderer.rules.image = (tokens, index, options, env, self) => {
    const name = posix.basename(tokens[index]?.attrGet('src') ?? '');
    const file = `${root}docs/images/${name}`;
    if (name.endsWith('.svg') && existsSync(file)) return readDiagram(file);
    return image?.(tokens, index, options, env, self) ?? '';
  };
}

/** The style is for GitHub, where a diagram is an image. On the site, Vue does not allow it. */
function readDiagram(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\s*<style>.*<\/style>\n/m, '');
}

/** Hides the links of headings to themselves from screen readers, which would read each heading twice. */
function hidePermalinks(md: MarkdownIt): void {
  md.core.ruler.push('hide-permalinks', ({ tokens }) => {
    const links = tokens
      .flatMap(({ children }) => children ?? [])
      .filter(
        ({ type, attrs }) => type === 'link_open' && attrs?.some(([, value]) => value === 'header-anchor'),
      );
    for (const link of links) {
      link.attrs = (link.attrs ?? []).filter(([name]) => name !== 'aria-label');
      link.attrPush(['aria-hidden', 'true']);
      link.attrPush(['tabindex', '-1']);
    }
  });
}
