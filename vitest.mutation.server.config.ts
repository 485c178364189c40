import { defineConfig } from 'vitest/config';
import { sources } from './vitest.sources.ts';

/** The unit tests of what gets mutated in the server. Fuzzing would try thousands of cases on every mutant, and is left out. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['packages/{protocol,server}/test/**/*.test.ts'],
    exclude: ['packages/server/test/fuzz*.test.ts'],
  },
});
