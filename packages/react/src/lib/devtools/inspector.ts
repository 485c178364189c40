import type { TokenManager } from '@realtime-session/core';
import { getPageRegistry } from '../registry.ts';
import { pageClock, type PageClock, type SharedStore } from '../shared-store.ts';
import type { SessionScope } from '../use-session-store.ts';
import { recordEvent, recordState, startLog, type SessionLog } from './session-log.ts';

const STEP_MS = 1_000;
const MAX_DISPOSED = 3;

/** The part of a token manager that the panel uses. Every `TokenManager` has it. */
export type InspectableManager = Pick<
  TokenManager<unknown, unknown>,
  'getState' | 'subscribe' | 'on' | 'peek' | 'invalidate'
>;

/** Where the panel looks for sessions, in addition to the page's registry. */
export interface SessionSources {
  readonly managers: Readonly<Record<string, InspectableManager>>;
  readonly scope: SessionScope | undefined;
}

/** A session as the panel shows it. */
export interface SessionView extends SessionLog {
  readonly id: number;
  readonly name: string;
  /** The current time on the manager's clock. */
  readonly nowMs: number;
  /** The token, redacted. */
  readonly token: string | undefined;
  readonly invalidate: () => void;
}

/** Watches the sessions of a page while it has subscribers, in the shape that `useSyncExternalStore` takes. */
export interface Inspector {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => readonly SessionView[];
  /** Used from the next step on. */
  readonly update: (sources: SessionSources) => void;
}

interface FoundSession {
  readonly name: string;
  readonly manager: InspectableManager;
  readonly clock: PageClock;
}

interface WatchedSession {
  readonly manager: InspectableManager;
  readonly toView: () => SessionView;
  readonly stop: () => void;
}

export const noSessions: readonly SessionView[] = [];

export function createInspector(clock: PageClock): Inspector {
  const listeners = new Set<() => void>();
  let sources: SessionSources = { managers: {}, scope: undefined };
  let watched: readonly WatchedSession[] = [];
  let nextId = 1;
  let snapshot = noSessions;
  let cancelStep = (): void => undefined;

  function publish(): void {
    snapshot = watched.map(({ toView }) => toView());
    for (const listener of [...listeners]) listener();
  }

  /** Looks for new sessions, and advances the timelines. */
  function step(): void {
    cancelStep = clock.setTimer(step, STEP_MS);
    for (const found of findSessions(sources, clock)) {
      if (watched.some(({ manager }) => manager === found.manager) || isDisposed(found)) continue;
      watched = [...dropOldDisposed(watched), watchSession(found, nextId, publish)];
      nextId += 1;
    }
    publish();
  }

  function stop(): void {
    cancelStep();
    for (const session of watched) session.stop();
    watched = [];
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) step();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    getSnapshot: () => snapshot,
    update: (next) => void (sources = next),
  };
}

function findSessions({ managers, scope }: SessionSources, clock: PageClock): FoundSession[] {
  const found = Object.entries(managers).map(([name, manager]) => ({ name, manager, clock }));
  const add = (name: string, store: SharedStore | undefined): void => {
    const manager = store?.manager;
    if (!manager || found.some((other) => other.manager === manager)) return;
    found.push({ name, manager, clock: store.clock === pageClock ? clock : store.clock });
  };
  for (const registry of [scope?.registry, getPageRegistry()])
    for (const [key, reference] of registry ?? []) add(toName(key), reference.deref());
  add('nearest provider', scope?.store as SharedStore | undefined); // the panel uses no part that depends on its types
  return found;
}

/** A session key is JSON of `['key' | 'endpoint', name, params, …]`. */
function toName(sessionKey: string): string {
  const [, name, params] = JSON.parse(sessionKey) as [string, string, unknown];
  return params === null ? name : `${name} ${JSON.stringify(params)}`;
}

function watchSession(
  { name, manager, clock }: FoundSession,
  id: number,
  onChange: () => void,
): WatchedSession {
  let log = startLog(manager.getState(), clock.nowMs());
  const update = (next: SessionLog): void => {
    log = next;
    onChange();
  };
  const stops = [
    manager.on((event) => update(recordEvent(log, event))),
    manager.subscribe((state) => update(recordState(log, state, clock.nowMs()))),
  ];
  return {
    manager,
    toView() {
      const token = manager.peek();
      return {
        ...log,
        id,
        name,
        nowMs: clock.nowMs(),
        token: token?.toString(),
        invalidate: () => manager.invalidate(),
      };
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}

function dropOldDisposed(watched: readonly WatchedSession[]): readonly WatchedSession[] {
  const old = watched.filter(isDisposed).slice(0, -MAX_DISPOSED);
  for (const session of old) session.stop();
  return watched.filter((session) => !old.includes(session));
}

function isDisposed({ manager }: Pick<FoundSession, 'manager'>): boolean {
  return manager.getState().status === 'disposed';
}
