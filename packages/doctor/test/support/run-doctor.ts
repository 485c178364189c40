import { runCli } from '../../src/run-cli.ts';
import type { CliContext } from '../../src/run-cli.ts';

export interface DoctorRun {
  readonly code: number;
  readonly output: string;
  readonly errorOutput: string;
}

/** Runs the command in this process. */
export async function runDoctor(
  args: readonly string[],
  context: Partial<CliContext> = {},
): Promise<DoctorRun> {
  let output = '';
  let errorOutput = '';
  const code = await runCli({
    args,
    version: '1.2.3',
    writeOutput: (text) => void (output += text),
    writeError: (text) => void (errorOutput += text),
    env: {},
    fetch,
    nowMs: Date.now,
    ...context,
  });
  return { code, output, errorOutput };
}

/** The outcome of each check in a JSON report. */
export function outcomes(json: string): Record<string, string> {
  const { checks } = JSON.parse(json) as { checks: { id: string; outcome: string }[] };
  return Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));
}

/** The failed checks of a JSON report. */
export function failures(json: string): string[] {
  return Object.entries(outcomes(json)).flatMap(([id, outcome]) => (outcome === 'failed' ? [id] : []));
}
