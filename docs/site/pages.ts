import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A page of the site: a Markdown file of the repository, and where it is on the site. */
export interface SitePage {
  /** Path in the repository. */
  readonly source: string;
  /** Path on the site, with `.md`. */
  readonly target: string;
}

/** Pages whose place on the site is not where they are in the repository. */
const moved: readonly SitePage[] = [
  { source: 'packages/server/docs/adapters.md', target: 'recipes/frameworks.md' },
  { source: 'packages/server/docs/limits.md', target: 'operations/limits.md' },
  { source: 'packages/server/docs/observability.md', target: 'operations/observability.md' },
  { source: 'packages/server/docs/doctor.md', target: 'operations/doctor.md' },
  { source: 'examples/official-clients/README.md', target: 'recipes/official-clients.md' },
];

/** Every page that is written by hand; the API reference is not among them. */
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

function foldersOf(folder: string): string[] {
  return readdirSync(root + folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function markdownBelow(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md') && !/(^|\/)(dist|node_modules|site)\//.test(name))
    .map((name) => `${folder}/${name}`);
}

function readmeToIndex(path: string): string {
  return path.replace(/(^|\/)README\.md$/, '$1index.md');
}
