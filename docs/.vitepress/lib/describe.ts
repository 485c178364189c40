import { readFileSync } from 'node:fs';
import { root } from './pages.ts';

/** Descriptions of pages that do not begin with a sentence about themselves, by path in the repository. */
const descriptions = JSON.parse(
  readFileSync(`${root}docs/.vitepress/lib/descriptions.json`, 'utf8'),
) as Readonly<Record<string, string>>;

/** Title of a page: its first heading, as plain text. */
export function titleOf(text: string): string {
  return toPlainText(/^# (.+)$/m.exec(text)?.[1] ?? '');
}

/**
 * What a page is for, in one line: its entry in `descriptions.json`, or else its first sentence.
 *
 * @param source - Path of the page in the repository.
 */
export function describePage(source: string, text: string): string {
  const [, body = ''] = text.split(/^# .+$/m);
  const paragraph = body.trim().split(/\n\s*\n/)[0] ?? '';
  const isProse = !/^(?:#|```|\||- |\d\. )/.test(paragraph);
  const sentence = /^.*?[.:](?=\s|$)/.exec(toPlainText(paragraph.replaceAll('\n', ' ')))?.[0] ?? '';
  return descriptions[source] ?? (isProse ? sentence.replace(/:$/, '.') : '');
}

function toPlainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}
