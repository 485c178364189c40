import type { TokenManager, TokenState } from '@realtime-session/core';
import { leases, type Lease } from './leases.ts';
import type { ManagerSource } from './manager-source.ts';

/**
 * Listens to a manager, and holds a lease for as long.
 *
 * @param manager - Which.
 * @param listener - Told every change, the ones the lease itself causes included.
 * @param source - What made the manager, unless the app did.
 * @returns releases and stops listening; calling it twice does nothing.
 */
export function subscribeWithLease<Params, Session>(
  manager: TokenManager<Params, Session>,
  listener: (state: TokenState, previous: TokenState) => void,
  source?: ManagerSource<Params, Session>,
): () => void {
  const lease = { manager, source } as Lease; // who looks at it never minds whose params and session they are
  leases.held.add(lease);
  leases.onTaken?.();
  const unsubscribe = manager.subscribe(listener);
  const release = manager.keepFresh();
  return () => {
    release();
    unsubscribe();
    leases.held.delete(lease);
  };
}
