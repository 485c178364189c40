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
    ['Vite, React, Express', '/guide/getting-started-vite'],
    ['Next', '/guide/getting-started-next'],
    ['Token lifecycle', '/guide/token-lifecycle'],
    ['Tokens or calls', '/guide/tokens-or-calls'],
    ['The mint route', '/guide/server'],
    ['Calls', '/guide/calls'],
    ['Live', '/guide/live'],
    ['React', '/guide/react'],
    ['Vue, Svelte, Solid, Angular, Preact, Lit', '/guide/ui-frameworks'],
    ['The connection', '/guide/connection'],
    ['React Native', '/guide/react-native'],
    ['Electron, Tauri, Capacitor, extensions', '/guide/shells'],
    ['Testing', '/guide/testing'],
    ['Security', '/guide/security'],
  ]),
  group('Recipes', [
    ['Captions', '/recipes/captions'],
    ['Mute and push-to-talk', '/recipes/push-to-talk'],
    ['Function calls', '/recipes/function-calls'],
    ['Choosing a microphone', '/recipes/microphone'],
    ["Vite's proxy", '/recipes/vite-proxy'],
    ['Another origin', '/recipes/other-origin'],
    ['Signing in', '/recipes/signing-in'],
    ['Signing in with a JWT', '/recipes/jwt'],
    ['Auth.js', '/recipes/auth-js'],
    ['better-auth', '/recipes/better-auth'],
    ['Clerk', '/recipes/clerk'],
    ['Session cookies', '/recipes/session-cookies'],
    ['Server frameworks', '/recipes/frameworks'],
    ['Official clients', '/recipes/official-clients'],
    ['Other issuers', '/recipes/issuers'],
    ['One call per user', '/recipes/one-call-per-user'],
    ['A budget for each user', '/recipes/budget'],
    ['Server tools', '/recipes/server-tools'],
    ['Kill switch', '/recipes/kill-switch'],
  ]),
  group(
    'Examples',
    examples.map((name) => [name, `/examples/${name}`] as const),
  ),
  group('Operations', [
    ['Overview', '/operations/'],
    ['A server for production', '/operations/production-server'],
    ['Reverse proxies', '/operations/reverse-proxies'],
    ['Containers', '/operations/containers'],
    ['Keys', '/operations/keys'],
    ['Limits', '/operations/limits'],
    ['How high limits should be', '/operations/sizing'],
    ['Redis', '/operations/redis'],
    ['Observability', '/operations/observability'],
    ['The first bad night', '/operations/first-bad-night'],
  ]),
  group('Migration', [
    ['From Realtime to Live', '/migration/from-realtime-to-live'],
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
    ['Packages and examples', '/overview'],
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
