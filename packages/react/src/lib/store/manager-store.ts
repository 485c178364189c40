import type { TokenManager } from '@realtime-session/core';
import { createActions } from './create-actions.ts';
import { pageClock } from './page-clock.ts';
import { projectStore } from './project-store.ts';
import type { SharedStore } from './shared-store.ts';

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
  const store: SharedStore<Params, Session> = {
    ...projectStore(
      () => manager,
      createActions(() => manager),
    ),
    clock: pageClock,
    update: () => undefined,
  };
  stores.set(manager, store);
  return store;
}
