/** One behavior, the same on every runtime. It fails by throwing. */
export interface Case {
  /** What a user observes, in the present tense. */
  readonly name: string;
  /** Shows it. */
  readonly run: (mintUrl: (query?: string) => string) => Promise<void> | void;
}

/** How a case went. */
export interface Outcome {
  /** The case. */
  readonly name: string;
  /** Why it failed; `undefined` when it did not. */
  readonly error: string | undefined;
}

let runs = 0;

/**
 * Runs every case after the other, each against a mint route that counts for it alone.
 *
 * @param cases - What to show.
 * @param mintRoute - The route's address, with a query that names a port where nobody listens.
 */
export async function runCases(cases: readonly Case[], mintRoute: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, run } of cases) {
    runs += 1;
    const url = `${mintRoute}&case=${runs}`;
    try {
      await run((query = '') => `${url}&${query}`);
      outcomes.push({ name, error: undefined });
    } catch (thrown) {
      outcomes.push({ name, error: describe(thrown) });
    }
  }
  return outcomes;
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { stack, cause } = thrown;
  return `${String(thrown)}\n${stack ?? ''}\n${cause instanceof Error ? `cause: ${String(cause)}` : ''}`;
}
