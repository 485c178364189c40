import type { TokenManager } from '@realtime-session/core';
import { createBorrowedStore, type SharedStore } from './shared-store.ts';

/** One store per manager, for as long as the manager itself is reachable. */
const stores = new WeakMap<object, unknown>();

/**
 * The store of a manager that belongs to the app: the same one for every component.
 *
 * @param manager - The app's own.
 */
export function managerStore<Params, Session>(
  manager: TokenManager<Params, Session>,
): SharedStore<Params, Session> {
  // The manager is the key, so what is found was made for its params and session.
  const known = stores.get(manager) as SharedStore<Params, Session> | undefined;
  if (known) return known;
  const store = createBorrowedStore(manager);
  stores.set(manager, store);
  return store;
}
