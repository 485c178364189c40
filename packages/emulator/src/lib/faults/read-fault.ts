import { EmulatorOptionError } from '../options/emulator-option-error.ts';
import { isFaultName } from './fault-catalog.ts';
import type { Fault, FaultTarget, FaultScope } from './fault.ts';

const SPEC = /^([\w-]+)(?:=(-?\d{1,8}))?(?:@(\w+))?(?::(\d{1,6}))?$/;
const PLACES: readonly string[] = ['mint', 'calls', 'websocket', 'session'] satisfies FaultTarget[];

/** A fault, where it strikes and how often. */
export interface FaultSpec {
  /** The fault. */
  readonly fault: Fault;
  /** Where and how often. */
  readonly scope: FaultScope;
}

/**
 * Reads a fault from one word: `name[=number][@place][:times]`, such as `overloaded`, `close-1001@calls:1`, `latency=500`,
 * `status=418@mint`.
 *
 * @param word - The word.
 * @throws {@link EmulatorOptionError} when it is none.
 */
export function readFault(word: string): FaultSpec {
  const [, name = '', number, at, times] = SPEC.exec(word) ?? [];
  const scope = {
    ...(at === undefined ? {} : { at: readPlace(at) }),
    ...(times === undefined ? {} : { times: Number(times) }),
  };
  return { fault: faultOf(name, number), scope };
}

/**
 * Reads a place where faults strike.
 *
 * @param word - Its name.
 * @throws {@link EmulatorOptionError} when it is none.
 */
export function readPlace(word: string): FaultTarget {
  if (isPlace(word)) return word;
  throw new EmulatorOptionError(`There is no place of that name; choose one of ${PLACES.join(', ')}.`);
}

function isPlace(word: string): word is FaultTarget {
  return PLACES.includes(word);
}

function faultOf(name: string, number: string | undefined): Fault {
  if (number === undefined && isFaultName(name)) return name;
  if (number !== undefined && (name === 'latency' || name === 'skew'))
    return { kind: name, ms: Number(number) };
  if (number !== undefined && name === 'status') return { kind: name, status: Number(number) };
  throw new EmulatorOptionError(
    'A fault is written name[@place][:times], latency=MS, skew=MS or status=CODE; "realtime-emulator faults" lists the names.',
  );
}
