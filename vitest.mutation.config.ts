import { defineConfig } from 'vitest/config';
import { sources } from './vitest.sources.ts';

/** The unit tests of what gets mutated, and nothing else: every mutant is tried against those that reach it. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['packages/{core,protocol,server}/test/**/*.test.ts'],
    exclude: ['packages/core/test/issuers-bundle.test.ts'],
  },
});
