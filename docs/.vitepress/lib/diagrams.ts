import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { MarkdownOptions } from 'vitepress';
import { root } from './pages.ts';

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/** Puts the diagrams of `docs/images` into the HTML of a page, so that they have the colors of the page. */
export function inlineDiagrams(md: MarkdownIt): void {
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
