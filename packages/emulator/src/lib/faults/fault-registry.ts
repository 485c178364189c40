import { EmulatorOptionError, requireCloseCode, requireInteger } from '../shared/option-error.ts';
import { faultName, FAULTS, faultTargets, isFaultName } from './catalog.ts';
import type { Fault, FaultScope, FaultTarget } from './catalog.ts';

const DAY_MS = 86_400_000;

/** A fault that is active. */
export interface ActiveFault {
  /** Its name, or the `kind` of a fault that carries a number. */
  readonly name: string;
  /** What it applies to. */
  readonly at: FaultTarget;
  /** How many more times it applies; `null` means until it is cleared. */
  readonly remaining: number | null;
}

/** A fault was applied. */
export interface FaultEvent {
  /** Always `fault`. */
  readonly type: 'fault';
  /** What it was applied to. */
  readonly at: FaultTarget;
  /** Its name, or the `kind` of a fault that carries a number. */
  readonly name: string;
}

/** The active faults, at most one per target. */
export interface FaultRegistry {
  /** Activates a fault in place of the one at the same target. Throws {@link EmulatorOptionError} for an invalid one. */
  fail(fault: Fault, scope?: FaultScope): void;
  /** Clears the fault of one target, or all. Requests that already hang keep hanging. */
  clearFaults(at?: FaultTarget): void;
  list(): readonly ActiveFault[];
  /** Returns the fault to apply now, if any, and counts it as applied. */
  takeFault(at: FaultTarget): Fault | undefined;
}

export function createFaultRegistry(emit: (event: FaultEvent) => void): FaultRegistry {
  const active = new Map<FaultTarget, { readonly fault: Fault; remaining: number }>();
  return {
    fail(fault, { at, times } = {}) {
      requireValid(fault);
      const targets = faultTargets(fault);
      const target = at ?? targets[0];
      if (!targets.includes(target))
        throw new EmulatorOptionError(
          `The fault ${faultName(fault)} does not apply to ${target}, only to ${targets.join(', ')}.`,
        );
      if (target === 'sideband' && isProcessed(fault))
        throw new EmulatorOptionError("A status fault with request: 'processed' does not apply to sideband.");
      const remaining =
        times === undefined ? Infinity : requireInteger('times of a fault', times, { min: 1, max: 1e9 });
      active.set(target, { fault, remaining });
    },
    clearFaults(at) {
      if (at === undefined) active.clear();
      else active.delete(at);
    },
    list: () =>
      [...active].map(([at, { fault, remaining }]) => ({
        name: faultName(fault),
        at,
        remaining: remaining === Infinity ? null : remaining,
      })),
    takeFault(at) {
      const entry = active.get(at);
      if (entry === undefined) return undefined;
      entry.remaining -= 1;
      if (entry.remaining < 1) active.delete(at);
      emit({ type: 'fault', at, name: faultName(entry.fault) });
      return entry.fault;
    },
  };
}

function isProcessed(fault: Fault): boolean {
  return typeof fault === 'object' && fault.kind === 'status' && fault.request === 'processed';
}

function requireValid(fault: Fault): void {
  if (typeof fault === 'string') {
    if (isFaultName(fault)) return;
    throw new EmulatorOptionError(`Unknown fault; choose one of ${Object.keys(FAULTS).join(', ')}.`);
  }
  switch (fault.kind) {
    case 'status':
      requireInteger('status of a fault', fault.status, { min: 200, max: 599 });
      return;
    case 'close':
      requireCloseCode(fault.code);
      requireDelay(fault.ms ?? 0);
      return;
    case 'latency':
    case 'late-response':
    case 'not-found':
      requireDelay(fault.ms);
      return;
    case 'skew':
      requireInteger('ms of a fault', fault.ms, { min: -DAY_MS, max: DAY_MS });
      return;
    case 'hang':
  }
}

function requireDelay(ms: number): void {
  requireInteger('ms of a fault', ms, { min: 0, max: 600_000 });
}
