import { describePage, titleOf } from './describe.ts';
import { imageFolder, rawFiles, relativePath, replaceLinks, repository } from './page-links.ts';
import { sitePages } from './pages.ts';

/** The package whose tarball contains a page: the first rule that fits decides. */
const rules: readonly (readonly [pattern: RegExp, packageName: string])[] = [
  [/^docs\/(?:errors\/|guide\/(?:token-lifecycle|ui-frameworks)|recipes\/issuers|glossary)/, 'core'],
  [/^docs\/guide\/(?:react|getting-started)/, 'react'],
  [/^docs\/recipes\/(?:captions|push-to-talk|function-calls|microphone|vite-proxy)/, 'react'],
  [/^docs\/guide\/connection/, 'webrtc'],
  [/^docs\/guide\/testing/, 'emulator'],
  [/^docs\/(?:guide|recipes|operations|migration)\//, 'server'],
];

/** Folder of the pages in a tarball. It is generated, because the sources are in `docs/` of the repository. */
export const packedFolder = 'dist/docs';

/** Pages of the documentation that a package contains, as paths in the repository. */
export function packedPages(packageName: string): readonly string[] {
  return sitePages()
    .map(({ source }) => source)
    .filter((source) => rules.find(([pattern]) => pattern.test(source))?.[1] === packageName)
    .sort();
}

/** Where a page is in the tarball. */
export function toPackedPath(source: string): string {
  return `${packedFolder}/${source.slice('docs/'.length)}`;
}

/** Adapts the links of a page to the tarball: other files of the package are linked there, everything else on GitHub. */
export function toPackedText(text: string, source: string, packageName: string): string {
  const pages = packedPages(packageName);
  const home = `packages/${packageName}/`;
  return replaceLinks(text, source, (file) => {
    const page = [file, `${file}/README.md`].find((path) => pages.includes(path));
    if (page !== undefined) return relativePath(toPackedPath(source), toPackedPath(page));
    if (file.startsWith(imageFolder)) return rawFiles + file;
    if (file.startsWith(home)) return relativePath(toPackedPath(source), file.slice(home.length));
    return repository + file;
  });
}

/** A page that lists the pages of a tarball with their descriptions. */
export function toPackedIndex(packageName: string, read: (source: string) => string): string {
  const lines = packedPages(packageName).map((source) => {
    const text = read(source);
    return `- [${titleOf(text)}](${toPackedPath(source).slice(packedFolder.length + 1)}): ${describePage(source, text)}`;
  });
  return `# Documentation of @realtime-session/${packageName}\n\n${lines.join('\n')}\n`;
}
