import { createRealtimeEmulator } from '../emulator/create-realtime-emulator.ts';
import { EmulatorStartError } from '../emulator/emulator-start-error.ts';
import type { RealtimeEmulator } from '../emulator/realtime-emulator.ts';
import { EmulatorOptionError } from '../options/emulator-option-error.ts';
import type { CliWorld } from './cli-world.ts';
import { HELP_TEXT } from './help-text.ts';
import { parseFlags } from './parse-flags.ts';
import type { Command } from './parse-flags.ts';
import { faultsText } from './print-faults.ts';
import { runControl } from './run-control.ts';

/**
 * Runs the command: an emulator until it is asked to stop, or one request to an emulator that runs.
 *
 * @param world - Arguments, environment and terminal.
 * @returns The exit code: 0 after a clean stop, 1 when it could not start or was refused, 2 for a mistake on the command line.
 */
export async function runCli(world: CliWorld): Promise<0 | 1 | 2> {
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
    case 'run':
      return serve(world, command);
  }
}

type Run = Extract<Command, { kind: 'run' }>;

async function serve(world: CliWorld, run: Run): Promise<0 | 1> {
  const emulator = await start(world, run);
  if (emulator === undefined) return 1;
  world.print(`emulator ${emulator.url}\n`);
  world.print(`Use the fake API key ${emulator.apiKey}; real keys are refused.\n`);
  await world.stopAsked;
  await emulator.close();
  return 0;
}

async function start(world: CliWorld, { options, faults }: Run): Promise<RealtimeEmulator | undefined> {
  try {
    const emulator = await createRealtimeEmulator(options);
    await failFromTheStart(emulator, faults);
    return emulator;
  } catch (error) {
    world.complain(`${explain(error, options.port)}\n`);
    return undefined;
  }
}

async function failFromTheStart(emulator: RealtimeEmulator, faults: Run['faults']): Promise<void> {
  try {
    for (const { fault, scope } of faults) emulator.fail(fault, scope);
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

function explain(error: unknown, port: number | undefined): string {
  if (error instanceof EmulatorStartError && error.code === 'EADDRINUSE') {
    return `Port ${String(port)} is already in use; pass --port 0 for any free port, or set another one with --port or EMULATOR_PORT.`;
  }
  const known = error instanceof EmulatorStartError || error instanceof EmulatorOptionError;
  return known ? error.message : 'The emulator could not start.';
}
