import { CONNECTIONS, HOOKS, TOKENS } from '../lib/bundle-candidates.js';
import { kb, measureSize } from '../lib/bundle-size.js';

async function createTable(caption, candidates) {
  const sizes = await Promise.all(candidates.map(({ entry }) => measureSize(entry)));
  const rows = candidates.map(({ name, refreshes }, index) => {
    const { gzip, brotli } = sizes[index];
    return [name, refreshes, kb(gzip), kb(brotli), (gzip / sizes[0].gzip).toFixed(2)];
  });
  return {
    caption,
    columns: ['imports', 'refresh before expiry', 'min+gzip, kB', 'brotli, kB', 'gzip, relative to ours'],
    rows,
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'bundle',
  order: 1,
  title: 'Bundle size of keeping a token valid',
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
    const [core, smithy, react, swr] = await Promise.all(
      ['ours-core', 'smithy-core', 'ours-react', 'swr'].map(measureSize),
    );
    return {
      description:
        'The modules in `bench/bundles`, bundled and minified for production by esbuild with the same settings, without React. 1 kB is 1000 bytes. The numbers do not vary between runs.',
      tables: [
        await createTable('Without a framework', TOKENS),
        await createTable('In React', HOOKS),
        await createTable('The connection', CONNECTIONS),
      ],
      figures: { smithy: smithy.gzip / core.gzip, swr: swr.gzip / react.gzip },
      notes: [
        '`oidc-client-ts`, `@auth0/auth0-spa-js` and `@azure/msal-browser` also authenticate users and cannot be tree-shaken; `livekit-client` and `@openai/agents-realtime` include the rest of their packages.',
        '`@smithy/core` has no fetching, retries, timer or state; SWR and TanStack Query have no parsing and do not handle expiry.',
      ],
    };
  },
};
