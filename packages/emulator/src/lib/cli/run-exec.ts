import { emulatorEnvironment } from '../testing/emulator-environment.ts';
import type { CliWorld } from './cli-world.ts';
import type { ExecCommand } from './parse-flags.ts';
import { startOrExplain } from './start-or-explain.ts';

/**
 * Runs a program beside an emulator that ends with it.
 *
 * @param world - Environment and terminal.
 * @param command - The program, and what the emulator is like.
 * @returns the program's exit code, or 1 when it or the emulator could not start.
 */
export async function runExec(world: CliWorld, command: ExecCommand): Promise<number> {
  const { OPENAI_API_KEY: key = '' } = world.environment;
  if (command.emulate === 'unless-key' && key !== '') return runProgram(world, command, {});
  const emulator = await startOrExplain(world, command);
  if (emulator === undefined) return 1;
  world.print(`emulator ${emulator.url}\n`);
  const code = await runProgram(world, command, { ...emulatorEnvironment(emulator) });
  await emulator.close();
  return code;
}

async function runProgram(
  world: CliWorld,
  { program: [name, ...args] }: ExecCommand,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  try {
    return await world.run({ name, args, environment });
  } catch (error) {
    world.complain(`${error instanceof TypeError ? error.message : `${name} could not be run.`}\n`);
    return 1;
  }
}
