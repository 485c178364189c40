import type { DefaultTheme } from 'vitepress';
import { sitePages } from './pages.ts';

/** Every example that has a page. New examples are added automatically. */
const examples = sitePages()
  .filter(({ target }) => target.startsWith('examples/'))
  .map(({ target }) => target.replace(/^examples\/|\.md$/g, ''))
  .sort();

/** The sidebar of every page. A test checks that it contains each page. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  group('Guide', [
    ['Getting started', '/guide/getting-started'],
    ['Token lifecycle', '/guide/token-lifecycle'],
    ['The mint route', '/guide/server'],
    ['React', '/guide/react'],
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
    ['Overview', '/operations/'],
    ['Limits', '/operations/limits'],
    ['Observability', '/operations/observability'],
  ]),
  group('Migration', [
    ['From the sessions call', '/migration/sessions-call'],
    ['From the official samples', '/migration/official-samples'],
    ['From TanStack AI', '/migration/tanstack-ai'],
    ['From the AI SDK', '/migration/ai-sdk'],
    ['From a custom hook', '/migration/custom-hook'],
  ]),
  group('Packages', [
    ['core', '/packages/core'],
    ['react', '/packages/react'],
    ['server', '/packages/server'],
    ['webrtc', '/packages/webrtc'],
    ['protocol', '/packages/protocol'],
    ['emulator', '/packages/emulator'],
    ['doctor', '/packages/doctor'],
  ]),
  group('Reference', [
    ['API', '/reference/'],
    ['Errors', '/errors/'],
    ['Lifecycle rules', '/lifecycle-rules'],
    ['Security rules', '/security-rules'],
    ['Guarantees', '/guarantees'],
    ['Supported platforms', '/support'],
    ['Glossary', '/glossary'],
  ]),
];

function group(text: string, items: readonly (readonly [string, string])[]): DefaultTheme.SidebarItem {
  return { text, items: items.map(([name, link]) => ({ text: name, link })) };
}
