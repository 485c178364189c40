import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A Markdown file of the repository and its path on the site. */
export interface SitePage {
  /** Path in the repository. */
  readonly source: string;
  /** Path on the site, with `.md`. */
  readonly target: string;
}

/** Pages whose path on the site differs from their path in the repository. */
const moved: readonly SitePage[] = [
  { source: 'packages/server/docs/adapters.md', target: 'recipes/frameworks.md' },
  { source: 'packages/server/docs/limits.md', target: 'operations/limits.md' },
  { source: 'packages/server/docs/observability.md', target: 'operations/observability.md' },
  { source: 'examples/official-clients/README.md', target: 'recipes/official-clients.md' },
];

/** Every handwritten page. The API reference is generated and not included. */
export function sitePages(): SitePage[] {
  return [
    ...markdownBelow('docs').map((source) => ({
      source,
      target: readmeToIndex(source.slice('docs/'.length)),
    })),
    ...foldersOf('packages').map((name) => ({
      source: `packages/${name}/README.md`,
      target: `packages/${name}.md`,
    })),
    ...foldersOf('examples')
      .map((name) => ({ source: `examples/${name}/README.md`, target: `examples/${name}.md` }))
      .filter(({ source }) => moved.every((page) => page.source !== source)),
    ...moved,
  ].filter(({ source }) => existsSync(root + source));
}

/** The names of the folders in a folder of the repository. */
export function foldersOf(folder: string): string[] {
  return readdirSync(root + folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function markdownBelow(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md') && !/(^|\/)(dist|node_modules|\.vitepress)\//.test(name))
    .map((name) => `${folder}/${name}`);
}

function readmeToIndex(path: string): string {
  return path.replace(/(^|\/)README\.md$/, '$1index.md');
}

/** Returns the anchor of a heading, built as GitHub builds it, so that one link works on GitHub and on the site. */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
}
