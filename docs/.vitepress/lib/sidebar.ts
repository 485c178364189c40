import type { DefaultTheme } from 'vitepress';
import { sitePages } from './pages.ts';

/** Every example that is a page; a new one is here by itself. */
const examples = sitePages()
  .filter(({ target }) => target.startsWith('examples/'))
  .map(({ target }) => target.replace(/^examples\/|\.md$/g, ''))
  .sort();

/** What stands beside every page; a test wants each page in it. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  group('Guide', [
    ['Getting started', '/guide/getting-started'],
    ['Life of a token', '/guide/token-lifecycle'],
    ['The mint route', '/guide/server'],
    ['In React', '/guide/react'],
    ['The connection', '/guide/connection'],
    ['Testing', '/guide/testing'],
    ['Security', '/guide/security'],
  ]),
  group('Recipes', [
    ['Frameworks', '/recipes/frameworks'],
    ['Official clients', '/recipes/official-clients'],
    ['Other issuers', '/recipes/issuers'],
  ]),
  group(
    'Examples',
    examples.map((name) => [name, `/examples/${name}`] as const),
  ),
  group('Operations', [
    ['Running it', '/operations/'],
    ['Limits', '/operations/limits'],
    ['Observability', '/operations/observability'],
    ['doctor', '/operations/doctor'],
  ]),
  group('Coming from', [
    ['The sessions call', '/migration/sessions-call'],
    ['The official samples', '/migration/official-samples'],
    ['TanStack AI', '/migration/tanstack-ai'],
    ['The AI SDK', '/migration/ai-sdk'],
    ['A hook of your own', '/migration/own-hook'],
  ]),
  group('Packages', [
    ['core', '/packages/core'],
    ['react', '/packages/react'],
    ['server', '/packages/server'],
    ['webrtc', '/packages/webrtc'],
    ['protocol', '/packages/protocol'],
    ['emulator', '/packages/emulator'],
  ]),
  group('Reference', [
    ['API', '/reference/'],
    ['Errors', '/errors/'],
    ['What it runs on', '/support'],
    ['Glossary', '/glossary'],
  ]),
];

function group(text: string, items: readonly (readonly [string, string])[]): DefaultTheme.SidebarItem {
  return { text, items: items.map(([name, link]) => ({ text: name, link })) };
}
