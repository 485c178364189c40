import { controlEmulator, EmulatorControlError } from '../control/control-emulator.ts';
import type { EmulatorStatus } from '../control/handle-control.ts';
import type { ControlAction } from './parse-action.ts';
import type { CliWorld } from './cli-world.ts';

/**
 * Asks a running emulator for something, and prints how it stands afterwards.
 *
 * @param world - Where to print.
 * @param url - Its address.
 * @param action - What to ask for.
 * @returns The exit code: 0 when it was done, 1 when it was not.
 */
export async function runControl(world: CliWorld, url: string, action: ControlAction): Promise<0 | 1> {
  try {
    world.print(describe(await carryOut(url, action)));
    return 0;
  } catch (error) {
    if (!(error instanceof EmulatorControlError)) throw error;
    world.complain(`${error.message}\n`);
    return 1;
  }
}

function carryOut(url: string, action: ControlAction): Promise<EmulatorStatus> {
  const emulator = controlEmulator(url);
  switch (action.kind) {
    case 'status':
      return emulator.status();
    case 'fail':
      return emulator.fail(action.fault, action.scope);
    case 'clear':
      return emulator.clearFaults(action.at);
    case 'drop':
      return emulator.dropSessions();
    case 'advance':
      return emulator.advance(action.ms);
  }
}

function describe({ stats, faults }: EmulatorStatus): string {
  const on = faults.map(
    ({ name, at, left }) => `${name} at ${at}${left === null ? '' : `, ${String(left)} times`}`,
  );
  return [
    `minted ${String(stats.mints)}, opened ${String(stats.sessions)}, open now ${String(stats.live)}`,
    `faults: ${on.length === 0 ? 'none' : on.join('; ')}`,
    '',
  ].join('\n');
}
