import { createRealtimeEmulator } from '../emulator/create-realtime-emulator.ts';
import { EmulatorStartError } from '../emulator/emulator-start-error.ts';
import type { RealtimeEmulator } from '../emulator/realtime-emulator.ts';
import type { FaultSpec } from '../faults/read-fault.ts';
import { EmulatorOptionError } from '../options/emulator-option-error.ts';
import type { RealtimeEmulatorOptions } from '../options/emulator-options.ts';
import type { CliWorld } from './cli-world.ts';

/** What an emulator is like from the start. */
export interface Beginning {
  /** Its options. */
  readonly options: RealtimeEmulatorOptions;
  /** What goes wrong. */
  readonly faults: readonly FaultSpec[];
}

/**
 * Starts an emulator, or says in a sentence why that is impossible.
 *
 * @param world - Where to say it.
 * @param beginning - What it is like.
 */
export async function startOrExplain(
  world: CliWorld,
  { options, faults }: Beginning,
): Promise<RealtimeEmulator | undefined> {
  try {
    const emulator = await createRealtimeEmulator(options);
    await failFromTheStart(emulator, faults);
    return emulator;
  } catch (error) {
    world.complain(`${explain(error, options.port)}\n`);
    return undefined;
  }
}

async function failFromTheStart(emulator: RealtimeEmulator, faults: Beginning['faults']): Promise<void> {
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
