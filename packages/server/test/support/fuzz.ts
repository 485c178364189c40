/** Time limit of one property. */
export const FUZZ_TIMEOUT_MS = 120_000;

/**
 * Options of a property: a fixed seed, so that failures are reproducible. `FUZZ_SEED` selects another seed, `FUZZ_SCALE`
 * multiplies the number of runs.
 */
export function fuzz(numRuns: number): { seed: number; numRuns: number } {
  const { FUZZ_SEED = '20261123', FUZZ_SCALE = '1' } = process.env;
  return { seed: Number(FUZZ_SEED), numRuns: numRuns * Number(FUZZ_SCALE) };
}
