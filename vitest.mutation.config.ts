import { defineConfig } from 'vitest/config';
import { sources } from './vitest.sources.ts';

/** The unit tests of what gets mutated, and nothing else: every mutant is tried against those that reach it. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['packages/{core,protocol,server}/test/**/*.test.ts'],
    // One bundles the sources, the other measures them: neither can tell a mutant from what Stryker adds.
    exclude: ['packages/core/test/{issuers-bundle,allocation}.test.ts'],
  },
});
