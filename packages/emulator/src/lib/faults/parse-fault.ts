import { EmulatorOptionError } from '../shared/option-error.ts';
import { FAULT_TARGETS, isFaultName } from './catalog.ts';
import type { Fault, FaultScope, FaultTarget } from './catalog.ts';

export interface ScopedFault {
  readonly fault: Fault;
  readonly scope: FaultScope;
}

const SPEC = /^([\w-]+)(?:=(-?\d{1,8}))?(?:@(\w+))?(?::(\d{1,6}))?$/;

/**
 * Parses `name[=number][@target][:times]`, such as `overloaded`, `close-1001@calls:1`, `latency=500` or `status=418@mint`.
 * Throws {@link EmulatorOptionError} for anything else.
 */
export function parseFault(text: string): ScopedFault {
  const [, name = '', number, at, times] = SPEC.exec(text) ?? [];
  const scope = {
    ...(at === undefined ? {} : { at: parseFaultTarget(at) }),
    ...(times === undefined ? {} : { times: Number(times) }),
  };
  return { fault: toFault(name, number), scope };
}

/** Throws {@link EmulatorOptionError} for an unknown target. */
export function parseFaultTarget(text: string): FaultTarget {
  const target = FAULT_TARGETS.find((known) => known === text);
  if (target !== undefined) return target;
  throw new EmulatorOptionError(
    `"${text}" is not a target of faults; choose one of ${FAULT_TARGETS.join(', ')}.`,
  );
}

function toFault(name: string, number: string | undefined): Fault {
  if (number === undefined && isFaultName(name)) return name;
  if (number !== undefined) {
    const numeric = toNumericFault(name, Number(number));
    if (numeric !== undefined) return numeric;
  }
  throw new EmulatorOptionError(
    'Write a fault as name[@target][:times], latency=MS, late-response=MS, not-found=MS, skew=MS, close=CODE or status=CODE; "realtime-emulator faults" lists the names.',
  );
}

function toNumericFault(name: string, number: number): Fault | undefined {
  switch (name) {
    case 'latency':
    case 'late-response':
    case 'not-found':
    case 'skew':
      return { kind: name, ms: number };
    case 'status':
      return { kind: name, status: number };
    case 'close':
      return { kind: name, code: number };
    default:
      return undefined;
  }
}
