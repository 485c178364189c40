/** Time for one property. */
export const FUZZ_TIMEOUT_MS = 120_000;

/**
 * How a property runs: with a fixed seed, so that what fails is a change of ours. `FUZZ_SEED` asks for other cases, `FUZZ_SCALE`
 * for that many times more.
 *
 * @param numRuns - Cases in a usual run.
 */
export function fuzz(numRuns: number): { seed: number; numRuns: number } {
  const { FUZZ_SEED = '20261123', FUZZ_SCALE = '1' } = process.env;
  return { seed: Number(FUZZ_SEED), numRuns: numRuns * Number(FUZZ_SCALE) };
}
