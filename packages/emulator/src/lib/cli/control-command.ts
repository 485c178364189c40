import type { EmulatorStatus } from '../emulator/controls.ts';
import type { FaultTarget } from '../faults/catalog.ts';
import { parseFault, parseFaultTarget } from '../faults/parse-fault.ts';
import type { ScopedFault } from '../faults/parse-fault.ts';
import { controlEmulator, EmulatorControlError } from '../testing/control-emulator.ts';
import type { CliContext } from './process-context.ts';

/** What to do with a running emulator. */
export type ControlAction =
  | { readonly kind: 'status' | 'drop' }
  | ({ readonly kind: 'fail' } & ScopedFault)
  | { readonly kind: 'clear'; readonly at: FaultTarget | undefined }
  | { readonly kind: 'advance'; readonly ms: number };

/** Parses the words after the flags. Throws a TypeError for an unknown command. */
export function parseControlAction([verb, argument, ...rest]: readonly string[]): ControlAction {
  const action = rest.length > 0 ? undefined : toAction(verb, argument);
  if (action !== undefined) return action;
  throw new TypeError('Unknown command; use status, fail FAULT, clear [TARGET], drop or advance SECONDS.');
}

function toAction(verb: string | undefined, argument: string | undefined): ControlAction | undefined {
  if (argument === undefined) {
    if (verb === 'status' || verb === 'drop') return { kind: verb };
    return verb === 'clear' ? { kind: verb, at: undefined } : undefined;
  }
  switch (verb) {
    case 'fail':
      return { kind: verb, ...parseFault(argument) };
    case 'clear':
      return { kind: verb, at: parseFaultTarget(argument) };
    case 'advance':
      return { kind: verb, ms: 1000 * parseInteger(verb, argument) };
    default:
      return undefined;
  }
}

/** Parses a whole number of at most six digits. Throws a TypeError that starts with `name`. */
export function parseInteger(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new TypeError(`${name} requires a whole number.`);
}

/** Runs an action and prints the status that results. Returns the exit code: 1 if the emulator rejected the action. */
export async function runControlCommand(
  { print, printError }: CliContext,
  url: string,
  action: ControlAction,
): Promise<0 | 1> {
  try {
    print(formatStatus(await runAction(url, action)));
    return 0;
  } catch (error) {
    if (!(error instanceof EmulatorControlError)) throw error;
    printError(`${error.message}\n`);
    return 1;
  }
}

function runAction(url: string, action: ControlAction): Promise<EmulatorStatus> {
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

function formatStatus({ stats, faults }: EmulatorStatus): string {
  const active = faults.map(
    ({ name, at, remaining }) =>
      `${name} at ${at}${remaining === null ? '' : `, ${String(remaining)} times`}`,
  );
  return [
    `tokens minted: ${String(stats.mints)}, sessions opened: ${String(stats.sessions)}, open now: ${String(stats.openSessions)}`,
    `faults: ${active.length === 0 ? 'none' : active.join('; ')}`,
    '',
  ].join('\n');
}
