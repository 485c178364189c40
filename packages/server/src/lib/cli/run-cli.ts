import type { Check } from '../doctor/check.ts';
import { diagnose } from '../doctor/diagnose.ts';
import { explainFailure } from '../doctor/explain-failure.ts';
import { jsonReport, shownUrl, tallyOf, textReport } from '../doctor/report.ts';
import { HELP_TEXT } from './help-text.ts';
import { parseArguments } from './parse-arguments.ts';
import type { DoctorOrder } from './parse-arguments.ts';

/** The world of one run of the command. */
export interface CliWorld {
  /** Arguments after the name of the command. */
  readonly args: readonly string[];
  /** Version to print. */
  readonly version: string;
  /** Prints to standard output. */
  readonly print: (text: string) => void;
  /** Prints to standard error. */
  readonly complain: (text: string) => void;
  /** Does the requests. */
  readonly fetch: typeof fetch;
  /** Current time in milliseconds. */
  readonly nowMs: () => number;
}

/** 0: nothing to fix. 1: something to fix. 2: could not examine. */
export type ExitCode = 0 | 1 | 2;

async function examine(world: CliWorld, order: DoctorOrder): Promise<ExitCode> {
  const { fetch, nowMs } = world;
  let checks: Check[];
  try {
    checks = await diagnose({ ...order, fetch, nowMs }, order.ignored);
  } catch (thrown) {
    world.complain(`${shownUrl(order.url)}: ${explainFailure(thrown)}.\n`);
    return 2;
  }
  world.print(order.format === 'json' ? jsonReport(order.url, checks) : textReport(order.url, checks));
  return tallyOf(checks).failed === 0 ? 0 : 1;
}

/**
 * Runs the command.
 *
 * @param world - Arguments, terminal, network and clock.
 * @returns its exit code.
 */
export async function runCli(world: CliWorld): Promise<ExitCode> {
  const command = parseArguments(world.args);
  switch (command.kind) {
    case 'help':
      world.print(HELP_TEXT);
      return 0;
    case 'version':
      world.print(`${world.version}\n`);
      return 0;
    case 'mistake':
      world.complain(`${command.message} Try --help.\n`);
      return 2;
    case 'doctor':
      return examine(world, command.order);
  }
}
