import { createRealtimeEmulator } from '../emulator/create-realtime-emulator.ts';
import type { RealtimeEmulator } from '../emulator/create-realtime-emulator.ts';
import { curlCommand } from '../emulator/help-page.ts';
import { EmulatorStartError } from '../http/port-server.ts';
import { EmulatorOptionError } from '../shared/option-error.ts';
import type { EmulatorEvent } from '../state/emulator-event.ts';
import { emulatorEnvironment } from '../testing/emulator-environment.ts';
import { runControlCommand } from './control-command.ts';
import { formatFaults, HELP_TEXT } from './help.ts';
import { readScript } from './read-script.ts';
import { parseArgs } from './parse-args.ts';
import type { ExecCommand, RunCommand, StartOptions } from './parse-args.ts';
import type { CliContext } from './process-context.ts';

/**
 * Runs the command and returns its exit code: 0 for success, 1 if the emulator could not start or rejected a request, 2 for
 * invalid arguments, and the program's exit code for `exec`.
 */
export async function runCli(cli: CliContext): Promise<number> {
  const command = parseArgs(cli.args, cli.env);
  switch (command.kind) {
    case 'help':
      cli.print(HELP_TEXT);
      return 0;
    case 'version':
      cli.print(`${cli.version}\n`);
      return 0;
    case 'usage-error':
      cli.printError(`${command.message} Try --help.\n`);
      return 2;
    case 'faults':
      cli.print(formatFaults());
      return 0;
    case 'control':
      return runControlCommand(cli, command.url, command.action);
    case 'exec':
      return exec(cli, command);
    case 'run':
      return run(cli, command);
  }
}

/** Runs an emulator until the user stops the command. */
async function run(cli: CliContext, command: RunCommand): Promise<0 | 1> {
  const emulator = await startEmulator(cli, command);
  if (emulator === undefined) return 1;
  cli.print(`emulator ${emulator.url}\n`);
  cli.print(`Use the fake API key ${emulator.apiKey}; real keys are rejected.\n`);
  cli.print(`Mint a token: ${curlCommand(emulator)}\n`);
  cli.print(`Help: open ${emulator.url}/ in a browser.\n`);
  await cli.stopRequested;
  await emulator.close();
  return 0;
}

/** Runs an emulator until a program exits. */
async function exec(cli: CliContext, command: ExecCommand): Promise<number> {
  const { OPENAI_API_KEY: key = '' } = cli.env;
  if (command.emulate === 'unless-key' && key !== '') return runProgram(cli, command, {});
  const emulator = await startEmulator(cli, command);
  if (emulator === undefined) return 1;
  cli.print(`emulator ${emulator.url}\n`);
  const exitCode = await runProgram(cli, command, { ...emulatorEnvironment(emulator, cli.env) });
  await emulator.close();
  return exitCode;
}

async function runProgram(
  cli: CliContext,
  { program: [name, ...args] }: ExecCommand,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  try {
    return await cli.runProgram({ name, args, env });
  } catch (error) {
    cli.printError(`${error instanceof TypeError ? error.message : `${name} cannot be run.`}\n`);
    return 1;
  }
}

/** Starts an emulator; prints an error and returns `undefined` if it cannot. */
async function startEmulator(
  cli: CliContext,
  { options, faults, scriptFile }: StartOptions,
): Promise<RealtimeEmulator | undefined> {
  try {
    const emulator = await createRealtimeEmulator({
      ...options,
      ...(scriptFile === undefined ? {} : { script: await readScript(scriptFile) }),
      nowMs: cli.nowMs,
      onEvent: createWarningPrinter(cli),
    });
    await activateFaults(emulator, faults);
    return emulator;
  } catch (error) {
    cli.printError(`${toMessage(error, options.port)}\n`);
    return undefined;
  }
}

/** Prints each warning once. */
function createWarningPrinter({ printError }: CliContext): (event: EmulatorEvent) => void {
  const printed = new Set<string>();
  return (event) => {
    if (event.type !== 'warning' || printed.has(event.message)) return;
    printed.add(event.message);
    printError(`Warning: ${event.message}\n`);
  };
}

async function activateFaults(emulator: RealtimeEmulator, faults: StartOptions['faults']): Promise<void> {
  try {
    for (const { fault, scope } of faults) emulator.fail(fault, scope);
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

function toMessage(error: unknown, port: number | undefined): string {
  if (error instanceof EmulatorStartError && error.code === 'EADDRINUSE') {
    return `Port ${String(port)} is already in use; pass --port 0 for any free port, or set another one with --port or EMULATOR_PORT.`;
  }
  const hasRemedy = error instanceof EmulatorStartError || error instanceof EmulatorOptionError;
  return hasRemedy ? error.message : 'The emulator could not start.';
}
