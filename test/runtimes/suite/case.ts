/** A test that runs inside of every runtime. */
export interface Case {
  readonly name: string;
  /** Throws if the test fails. */
  readonly run: (mintUrl: (query?: string) => string) => Promise<void> | void;
}

export interface CaseResult {
  readonly name: string;
  /** `undefined` if the case passed. */
  readonly error: string | undefined;
}

let caseCount = 0;

/**
 * Runs the cases one after another. The mint route counts separately for each case.
 *
 * @param mintRoute - URL of the route, from `MintRoute.urlFor`.
 */
export async function runCases(cases: readonly Case[], mintRoute: string): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { name, run } of cases) {
    caseCount += 1;
    const url = `${mintRoute}&case=${caseCount}`;
    try {
      await run((query = '') => `${url}&${query}`);
      results.push({ name, error: undefined });
    } catch (thrown) {
      results.push({ name, error: formatError(thrown) });
    }
  }
  return results;
}

function formatError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { stack, cause } = thrown;
  return `${String(thrown)}\n${stack ?? ''}\n${cause instanceof Error ? `cause: ${String(cause)}` : ''}`;
}
