import type { Fault, FaultTarget, FaultScope } from '../faults/fault.ts';
import { readFault, readPlace } from '../faults/read-fault.ts';
import { numberOf } from './number-of.ts';

/** What a running emulator is asked for. */
export type ControlAction =
  | { readonly kind: 'status' | 'drop' }
  | { readonly kind: 'fail'; readonly fault: Fault; readonly scope: FaultScope }
  | { readonly kind: 'clear'; readonly at: FaultTarget | undefined }
  | { readonly kind: 'advance'; readonly ms: number };

/**
 * Reads the words after the name of the command.
 *
 * @param words - One or two of them.
 * @throws TypeError when they ask for nothing there is.
 */
export function parseAction([verb, word, ...rest]: readonly string[]): ControlAction {
  const action = rest.length > 0 ? undefined : word === undefined ? alone(verb) : withWord(verb, word);
  if (action !== undefined) return action;
  throw new TypeError(
    'A running emulator is asked to: status, fail FAULT, clear [PLACE], drop, advance SECONDS.',
  );
}

function alone(verb: string | undefined): ControlAction | undefined {
  switch (verb) {
    case 'status':
    case 'drop':
      return { kind: verb };
    case 'clear':
      return { kind: verb, at: undefined };
    default:
      return undefined;
  }
}

function withWord(verb: string | undefined, word: string): ControlAction | undefined {
  switch (verb) {
    case 'fail':
      return { kind: verb, ...readFault(word) };
    case 'clear':
      return { kind: verb, at: readPlace(word) };
    case 'advance':
      return { kind: verb, ms: 1000 * numberOf(verb, word) };
    default:
      return undefined;
  }
}
