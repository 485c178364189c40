import type { TokenManager } from '@realtime-session/core';
import { createActions } from './create-actions.ts';
import { createProjection } from './create-projection.ts';
import { pageClock } from './page-clock.ts';
import type { SharedStore } from './shared-store.ts';
import { subscribeWithLease } from './subscribe-with-lease.ts';

/** One store per manager, for as long as the manager itself is reachable. */
const stores = new WeakMap<object, unknown>();

/**
 * The store of a manager that belongs to the app: the same one for every component, and never disposed here.
 *
 * @param manager - The app's own.
 */
export function managerStore<Params, Session>(
  manager: TokenManager<Params, Session>,
): SharedStore<Params, Session> {
  // The manager is the key, so what is found was made for its params and session.
  const known = stores.get(manager) as SharedStore<Params, Session> | undefined;
  if (known) return known;
  const store = createManagerStore(manager);
  stores.set(manager, store);
  return store;
}

function createManagerStore<Params, Session>(
  manager: TokenManager<Params, Session>,
): SharedStore<Params, Session> {
  const show = createProjection(createActions(() => manager));
  return {
    clock: pageClock,
    getInitialState: () => show(manager.getInitialState()),
    getState: () => show(manager.getState()),
    subscribe: (listener) =>
      subscribeWithLease(manager, (state, previous) => listener(show(state), show(previous))),
    update: () => undefined,
  };
}
