import { defineConfig } from 'vitest/config';
import { sources, unitTimeouts } from './vitest.shared.ts';

/** The unit tests that Stryker runs against mutants of core. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    ...unitTimeouts,
    include: ['packages/core/test/**/*.test.ts'],
    // These bundle or measure the sources. They would fail because of the code that Stryker adds.
    exclude: ['packages/core/test/{issuers-bundle,allocation}.test.ts'],
  },
});
