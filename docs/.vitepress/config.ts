import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'vitepress';
import llms from 'vitepress-plugin-llms';
import { assemble, pagesFolder, watchPages } from './lib/assemble.ts';
import { writeLlmsFiles } from './lib/llms.ts';
import { configureMarkdown } from './lib/markdown.ts';
import { root, slug } from './lib/pages.ts';
import { writeReference } from './lib/reference.ts';
import { boostDocument } from './lib/search.ts';
import { sidebar } from './lib/sidebar.ts';

const base = process.env['DOCS_BASE'] ?? '/';

type VitePlugin = NonNullable<NonNullable<UserConfig['vite']>['plugins']>[number];
// Writes a Markdown copy of each page. The plugin's types refer to another Vite version than VitePress does.
const markdownCopies = llms({
  excludeIndexPage: false,
  generateLLMsTxt: false,
  generateLLMsFullTxt: false,
}) as unknown as VitePlugin;

export default async () => {
  await assemble();
  await writeReference(join(pagesFolder, 'reference'));
  return defineConfig({
    title: 'realtime-session',
    description: 'Voice in your web app with the Realtime API: your API key stays on your server.',
    lang: 'en',
    base,
    srcDir: pagesFolder,
    outDir: join(root, 'docs/dist/site'),
    cacheDir: join(root, 'docs/dist/cache'),
    // Readers of the guides open their own apps.
    ignoreDeadLinks: 'localhostLinks',
    head: [['link', { rel: 'icon', href: `${base}icon.svg`, type: 'image/svg+xml' }]],
    markdown: {
      anchor: { slugify: slug },
      config: configureMarkdown,
      theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    },
    themeConfig: {
      nav: [
        { text: 'Guide', link: '/guide/getting-started', activeMatch: '/guide/' },
        { text: 'Recipes', link: '/recipes/frameworks', activeMatch: '/recipes/' },
        { text: 'Operations', link: '/operations/', activeMatch: '/operations/' },
        { text: 'API', link: '/reference/', activeMatch: '/reference/' },
      ],
      sidebar,
      search: {
        provider: 'local',
        options: { miniSearch: { searchOptions: { boostDocument } } },
      },
      outline: { level: [2, 3] },
      socialLinks: [{ icon: 'github', link: 'https://github.com/realtime-session/realtime-session' }],
    },
    buildEnd: ({ outDir }) => writeLlmsFiles(outDir),
    vite: { plugins: [markdownCopies, watchPages()] },
  });
};
