import type { CliWorld } from './cli-world.ts';
import { HELP_TEXT } from './help-text.ts';
import { parseFlags } from './parse-flags.ts';
import type { Command } from './parse-flags.ts';
import { faultsText } from './print-faults.ts';
import { runControl } from './run-control.ts';
import { runExec } from './run-exec.ts';
import { startOrExplain } from './start-or-explain.ts';

/**
 * Runs the command: an emulator until it is asked to stop, an emulator beside a program, or one request to an emulator that
 * runs.
 *
 * @param world - Arguments, environment and terminal.
 * @returns The exit code: 0 after a clean stop, 1 when it could not start or was refused, 2 for a mistake on the command line;
 * the program's own after `exec`.
 */
export async function runCli(world: CliWorld): Promise<number> {
  const command = parseFlags(world.args, world.environment);
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
    case 'faults':
      world.print(faultsText());
      return 0;
    case 'control':
      return runControl(world, command.url, command.action);
    case 'exec':
      return runExec(world, command);
    case 'run':
      return serve(world, command);
  }
}

type Run = Extract<Command, { kind: 'run' }>;

async function serve(world: CliWorld, run: Run): Promise<0 | 1> {
  const emulator = await startOrExplain(world, run);
  if (emulator === undefined) return 1;
  world.print(`emulator ${emulator.url}\n`);
  world.print(`Use the fake API key ${emulator.apiKey}; real keys are refused.\n`);
  await world.stopAsked;
  await emulator.close();
  return 0;
}
