import type { FaultEvent } from '../events/emulator-event.ts';
import { EmulatorOptionError } from '../options/emulator-option-error.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { FAULTS, isFaultName, placesOf } from './fault-catalog.ts';
import { faultName } from './fault.ts';
import type { ActiveFault, Fault, FaultTarget, FaultScope } from './fault.ts';

const DAY_MS = 86_400_000;

/** The faults that are on, at most one for each place. */
export interface FaultBoard {
  /** Turns one on, in place of what was on there. Throws {@link EmulatorOptionError} for one that makes no sense. */
  fail(fault: Fault, scope?: FaultScope): void;
  /** Turns off what is on, at one place or everywhere. What hangs already stays hanging. */
  clearFaults(at?: FaultTarget): void;
  /** What is on. */
  list(): readonly ActiveFault[];
  /** Lets something meet the fault of a place: the fault, which has struck once more, or `undefined`. */
  takeFault(at: FaultTarget): Fault | undefined;
}

/**
 * No faults.
 *
 * @param tell - Hears of everything that meets a fault.
 */
export function createFaultBoard(tell: (event: FaultEvent) => void): FaultBoard {
  const board = new Map<FaultTarget, { readonly fault: Fault; left: number }>();
  return {
    fail(fault, { at, times } = {}) {
      requireKnown(fault);
      const [first, ...others] = placesOf(faultName(fault));
      const place = at ?? first;
      if (![first, ...others].includes(place))
        throw new EmulatorOptionError(
          `The fault ${faultName(fault)} cannot strike at ${place}, only at ${[first, ...others].join(', ')}.`,
        );
      const left =
        times === undefined ? Infinity : wholeNumber('times of a fault', times, { min: 1, max: 1e9 });
      board.set(place, { fault, left });
    },
    clearFaults(at) {
      if (at === undefined) board.clear();
      else board.delete(at);
    },
    list: () =>
      [...board].map(([at, { fault, left }]) => ({
        name: faultName(fault),
        at,
        left: left === Infinity ? null : left,
      })),
    takeFault(at) {
      const active = board.get(at);
      if (active === undefined) return undefined;
      active.left -= 1;
      if (active.left < 1) board.delete(at);
      tell({ type: 'fault', at, name: faultName(active.fault) });
      return active.fault;
    },
  };
}

function requireKnown(fault: Fault): void {
  if (typeof fault === 'string') {
    if (isFaultName(fault)) return;
    throw new EmulatorOptionError(
      `There is no fault of that name; choose one of ${Object.keys(FAULTS).join(', ')}.`,
    );
  }
  switch (fault.kind) {
    case 'status':
      wholeNumber('status of a fault', fault.status, { min: 200, max: 599 });
      return;
    case 'latency':
      wholeNumber('ms of a fault', fault.ms, { min: 0, max: 600_000 });
      return;
    case 'skew':
      wholeNumber('ms of a fault', fault.ms, { min: -DAY_MS, max: DAY_MS });
      return;
    case 'hang':
  }
}
