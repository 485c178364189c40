import { CONNECTIONS, HOOKS, TOKENS } from '../lib/bundle/candidates.js';
import { weigh } from '../lib/bundle/weigh.js';

const kb = (bytes) => (bytes / 1000).toFixed(2);

async function tableOf(caption, candidates) {
  const weights = await Promise.all(candidates.map(({ entry }) => weigh(entry)));
  const rows = candidates.map(({ name, refreshes }, at) => {
    const { gzip, brotli } = weights[at];
    return [name, refreshes, kb(gzip), kb(brotli), (gzip / weights[0].gzip).toFixed(2)];
  });
  return {
    caption,
    columns: ['imports', 'refreshes before expiry', 'min+gzip, kB', 'brotli, kB', 'gzip against ours'],
    rows,
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'bundle',
  order: 1,
  title: 'What an app imports for a token that is always valid',
  peers: [
    '@smithy/core',
    '@firebase/app',
    '@firebase/app-check',
    'oidc-client-ts',
    '@auth0/auth0-spa-js',
    '@azure/msal-browser',
    'livekit-client',
    '@tanstack/react-query',
    'swr',
    '@ai-sdk/react',
    '@openai/agents-realtime',
    'esbuild',
  ],
  async run() {
    return {
      words:
        'Each module of `bench/bundles`, bundled and minified for production by esbuild with the same settings, React left out; 1 kB is 1000 bytes. Nothing here varies between runs.',
      tables: [
        await tableOf('Without a framework', TOKENS),
        await tableOf('In React', HOOKS),
        await tableOf('The connection', CONNECTIONS),
      ],
      notes: [
        '`oidc-client-ts`, `@auth0/auth0-spa-js` and `@azure/msal-browser` sign users in as well, and cannot be taken apart; `livekit-client` and `@openai/agents-realtime` bring the rest of their packages with the one import.',
        '`@smithy/core` brings no fetching, no retrying, no timer and no state; SWR and TanStack Query bring no parsing and no expiry.',
      ],
    };
  },
};
