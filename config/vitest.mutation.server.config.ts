import { defineConfig } from 'vitest/config';
import { sources, unitTimeouts } from './vitest.shared.ts';

/** The unit tests that Stryker runs against mutants of the server. Fuzzing is excluded: thousands of cases for each mutant take too long. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    ...unitTimeouts,
    include: ['packages/{protocol,server}/test/**/*.test.ts'],
    exclude: ['packages/server/test/fuzz*.test.ts'],
  },
});
