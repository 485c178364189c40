import { leases } from '../store/leases.ts';
import type { HookClock } from '../store/page-clock.ts';
import { createFaults } from './create-faults.ts';
import { inspectManager, type InspectedManager } from './inspect-manager.ts';
import { viewManager, type ManagerView } from './view-manager.ts';

/** How often the drawing moves, in milliseconds. */
const STEP_MS = 1_000;

/** How many managers that are over stay in view. */
const ENDED_KEPT = 3;

/** Everything the panel draws. */
export interface Inspection {
  /** Every manager that was in use while somebody looked. */
  readonly managers: readonly ManagerView[];
  /** Whether the network is there, as far as the panel decides. */
  readonly network: 'there' | 'taken away';
}

/** Looks at every manager of the page while somebody listens, in the shape `useSyncExternalStore` takes. */
export interface Inspector {
  /** Listens; the first one begins the inspection, the last one ends it and undoes what it did. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The last inspection. */
  readonly getSnapshot: () => Inspection;
  /** Takes the network away, or brings it back. */
  readonly toggleNetwork: () => void;
}

/** What is seen before anybody looks, and on a server. */
export const nothingSeen: Inspection = { managers: [], network: 'there' };

/**
 * Makes an inspector that does nothing yet.
 *
 * @param clock - What moves the drawing, and tells the time of managers that the app made.
 */
export function createInspector(clock: HookClock): Inspector {
  const listeners = new Set<() => void>();
  const faults = createFaults(publish);
  let inspected: readonly InspectedManager[] = [];
  let met = 0;
  let seen = nothingSeen;
  let cancelStep = (): void => undefined;

  function publish(): void {
    const managers = inspected.map((one) => viewManager(one, faults, publish));
    seen = { managers, network: faults.isOffline() ? 'taken away' : 'there' };
    for (const listener of [...listeners]) listener();
  }

  function find(): void {
    for (const lease of leases.held) {
      if (inspected.some(({ manager }) => manager === lease.manager)) continue;
      met += 1;
      if (lease.source) faults.guard(lease.source);
      inspected = [...withoutOldEnds(inspected), inspectManager(lease, { id: met, clock }, publish)];
    }
    publish();
  }

  function step(): void {
    cancelStep = clock.setTimer(step, STEP_MS);
    find();
  }

  function start(): void {
    leases.onTaken = find;
    step();
  }

  function stop(): void {
    if (leases.onTaken === find) leases.onTaken = undefined;
    cancelStep();
    faults.stop();
    for (const one of inspected) one.stop();
    inspected = [];
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    getSnapshot: () => seen,
    toggleNetwork() {
      faults.toggleOffline();
      publish();
    },
  };
}

/** What is over makes room for what comes. */
function withoutOldEnds(inspected: readonly InspectedManager[]): readonly InspectedManager[] {
  const isOver = (one: InspectedManager): boolean => one.record().state.status === 'disposed';
  const old = inspected.filter(isOver).slice(0, -ENDED_KEPT);
  return inspected.filter((one) => !old.includes(one));
}
