import { leases } from '../store/leases.ts';
import type { Faults } from './create-faults.ts';
import type { InspectedManager } from './inspect-manager.ts';
import type { ManagerRecord } from './manager-record.ts';

/** A manager as the panel draws it. */
export interface ManagerView extends ManagerRecord {
  /** Tells managers apart. */
  readonly id: number;
  /** What it is called. */
  readonly name: string;
  /** The moment of the drawing, on its clock. */
  readonly nowMs: number;
  /** Its token, masked. */
  readonly token: string | undefined;
  /** How many components and stores keep it fresh. */
  readonly holders: number;
  /** Whether its next mint will fail; `unknown` where its mints cannot be reached. */
  readonly nextMint: 'passes' | 'fails' | 'unknown';
  /** Says that its token was refused. */
  readonly expire: () => void;
  /** Lets its next mint fail, or no longer. */
  readonly toggleNextMint: () => void;
}

/**
 * A manager at this moment.
 *
 * @param inspected - Which.
 * @param faults - What will fail.
 * @param publish - Called when something was toggled.
 */
export function viewManager(
  { id, manager, source, name, nowMs, record }: InspectedManager,
  faults: Faults,
  publish: () => void,
): ManagerView {
  const token = manager.peek();
  return {
    ...record(),
    id,
    name,
    nowMs: nowMs(),
    token: token && String(token),
    holders: [...leases.held].filter((lease) => lease.manager === manager).length,
    nextMint: source ? (faults.failsNext(source) ? 'fails' : 'passes') : 'unknown',
    expire: () => manager.invalidate(),
    toggleNextMint() {
      if (source) faults.toggleNext(source);
      publish();
    },
  };
}
