import type { TokenManager } from '@realtime-session/core';
import { createProjection } from './create-projection.ts';
import type { ManagerSource } from './manager-source.ts';
import type { RealtimeSessionActions } from './realtime-session.ts';
import type { ReadableStore } from './readable-store.ts';
import { subscribeWithLease } from './subscribe-with-lease.ts';

/**
 * A manager as a store that hooks read.
 *
 * @param living - The manager of this moment.
 * @param actions - What can be done.
 * @param source - What made the manager, unless the app did.
 */
export function projectStore<Params, Session>(
  living: () => TokenManager<Params, Session>,
  actions: RealtimeSessionActions<Params, Session>,
  source?: ManagerSource<Params, Session>,
): ReadableStore<Params, Session> {
  const show = createProjection(actions);
  return {
    getInitialState: () => show(living().getInitialState()),
    getState: () => show(living().getState()),
    subscribe: (listener) =>
      subscribeWithLease(living(), (state, previous) => listener(show(state), show(previous)), source),
  };
}
