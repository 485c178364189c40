import { pageConnections, type InspectableConnection } from '../page-connections.ts';
import type { PageClock } from '../shared-store.ts';
import { recordPhase, type ConnectionPhase } from './connection-log.ts';

const STEP_MS = 1_000;
const MAX_CONNECTIONS = 10;

/** A connection as the panel shows it. */
export interface ConnectionView {
  readonly id: number;
  readonly name: string;
  readonly phases: readonly ConnectionPhase[];
  readonly nowMs: number;
  /** When the server ends the open call, and how much of its budget is left, if it came from a call route. */
  readonly endsAtMs: number | undefined;
  readonly budgetLeft: number | undefined;
}

/** Watches the connections of a page while it has subscribers, in the shape that `useSyncExternalStore` takes. */
export interface ConnectionInspector {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => readonly ConnectionView[];
  /** Used from the next step on. */
  readonly update: (named: Readonly<Record<string, InspectableConnection>>) => void;
}

interface WatchedConnection {
  readonly connection: InspectableConnection;
  readonly toView: () => ConnectionView;
  readonly stop: () => void;
}

export const noConnections: readonly ConnectionView[] = [];

export function createConnectionInspector(clock: PageClock): ConnectionInspector {
  const listeners = new Set<() => void>();
  let named: Readonly<Record<string, InspectableConnection>> = {};
  let watched: readonly WatchedConnection[] = [];
  let snapshot = noConnections;
  let nextId = 1;
  let cancelStep = (): void => undefined;

  function publish(): void {
    snapshot = watched.length === 0 ? noConnections : watched.map(({ toView }) => toView());
    for (const listener of [...listeners]) listener();
  }

  function watch(connection: InspectableConnection, name: string): void {
    if (watched.some((other) => other.connection === connection)) return;
    const id = nextId++;
    let phases = recordPhase([], connection.getState(), clock.nowMs());
    const stop = connection.subscribe(() => {
      phases = recordPhase(phases, connection.getState(), clock.nowMs());
      publish();
    });
    const toView = (): ConnectionView => {
      const state = connection.getState();
      const { endsAtMs, budgetLeft } = state.status === 'connected' ? state : {};
      return { id, name, phases, nowMs: clock.nowMs(), endsAtMs, budgetLeft };
    };
    const view = { connection, stop, toView };
    for (const old of watched.slice(0, -MAX_CONNECTIONS + 1)) old.stop();
    watched = [...watched.slice(-MAX_CONNECTIONS + 1), view];
  }

  /** Looks for new connections, and advances the timelines. */
  function step(): void {
    cancelStep = clock.setTimer(step, STEP_MS);
    for (const [name, connection] of Object.entries(named)) watch(connection, name);
    for (const connection of pageConnections) watch(connection, `call ${nextId}`);
    publish();
  }

  function stopAll(): void {
    cancelStep();
    for (const { stop } of watched) stop();
    watched = [];
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) step();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stopAll();
      };
    },
    getSnapshot: () => snapshot,
    update: (next) => void (named = next),
  };
}
