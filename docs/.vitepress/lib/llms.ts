import { readFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { describePage, titleOf } from './describe.ts';
import { rawFiles, replaceLinks } from './page-links.ts';
import { root, sitePages, type SitePage } from './pages.ts';
import { sidebar } from './sidebar.ts';

/** Groups of the sidebar, the most useful ones first. */
const order = ['Guide', 'Recipes', 'Packages', 'Operations', 'Migration', 'Reference', 'Errors', 'Examples'];

/** Groups in `llms-full.txt`. Of the others, `llms.txt` has links. */
const essentialGroups = ['Guide', 'Recipes', 'Packages', 'Operations'];

/** Pages of these groups that most readers do not need. */
const omitted = [
  'docs/guide/getting-started.md',
  'docs/guide/getting-started-next.md',
  'docs/recipes/issuers.md',
  'examples/official-clients/README.md',
  'packages/doctor/README.md',
  'packages/emulator/README.md',
  'packages/protocol/README.md',
];

const introduction = `# realtime-session

> Ephemeral tokens and live calls for OpenAI's Realtime API: a server route that mints tokens or creates calls for signed-in users, and clients for pages, React and tests. The packages are
> @realtime-session/server, core, react, webrtc, emulator, protocol and doctor. Each has skills for coding agents in its npm tarball, in the folder \`skills\`.
`;

/** Writes `llms.txt`, a list of all pages with their descriptions, and `llms-full.txt`, the text of the pages that one needs to write an app. */
export async function writeLlmsFiles(outDir: string): Promise<void> {
  const groups = pageGroups();
  const essential = groups
    .filter(({ name }) => essentialGroups.includes(name))
    .flatMap(({ sources }) => sources.filter((source) => !omitted.includes(source)));
  const texts = await Promise.all(essential.map(toFullText));
  const full = `${introduction}\n${texts.join('\n')}`;
  await writeFile(join(outDir, 'llms-full.txt'), full);
  const sections = await Promise.all(groups.map(toSection));
  const size = `llms-full.txt, next to this file, has the text of ${essential.length} of these pages, ${Math.ceil(full.length / 1000)} kB.`;
  await writeFile(join(outDir, 'llms.txt'), `${introduction}\n${size}\n\n${sections.join('\n')}`);
}

interface PageGroup {
  readonly name: string;
  /** Paths in the repository. */
  readonly sources: readonly string[];
}

/** All pages in groups, the most useful ones first. */
function pageGroups(): readonly PageGroup[] {
  const pages = sitePages().filter(({ target }) => target !== 'index.md');
  const listed = sidebar.map(({ text = '', items = [] }) => ({
    name: text,
    sources: items.flatMap(({ link = '' }) => sourcesAt(link, pages)),
  }));
  const known = new Set(listed.flatMap(({ sources }) => sources));
  const others = pages.map(({ source }) => source).filter((source) => !known.has(source));
  const groups = [...listed, { name: 'Errors', sources: others.sort() }];
  return groups.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
}

function sourcesAt(link: string, pages: readonly SitePage[]): readonly string[] {
  const target = `${link.slice(1)}${link.endsWith('/') ? 'index' : ''}.md`;
  return pages.filter((page) => page.target === target).map(({ source }) => source);
}

async function toSection({ name, sources }: PageGroup): Promise<string> {
  const lines = await Promise.all(
    sources.map(async (source) => {
      const text = await readFile(join(root, source), 'utf8');
      return `- [${titleOf(text)}](${rawFiles}${source}): ${describePage(source, text)}\n`;
    }),
  );
  return `## ${name}\n\n${lines.join('')}`;
}

async function toFullText(source: string): Promise<string> {
  const text = await readFile(join(root, source), 'utf8');
  const linked = replaceLinks(
    text,
    source,
    (file) => rawFiles + (posix.extname(file) === '' ? `${file}/README.md` : file),
  );
  // Tables are aligned for people. The padding is a third of their size.
  const compact = linked.replace(/^\|.*\|$/gm, (row) => row.replace(/ {2,}/g, ' ').replace(/-{4,}/g, '---'));
  return `<!-- ${rawFiles}${source} -->\n\n${compact}`;
}
