import type { TokenManager, TokenState } from '@realtime-session/core';

/**
 * Listens to a manager, and holds a lease for as long.
 *
 * @param manager - Which.
 * @param listener - Told every change, the ones the lease itself causes included.
 * @returns releases and stops listening; calling it twice does nothing.
 */
export function subscribeWithLease<Params, Session>(
  manager: TokenManager<Params, Session>,
  listener: (state: TokenState, previous: TokenState) => void,
): () => void {
  const unsubscribe = manager.subscribe(listener);
  const release = manager.keepFresh();
  return () => {
    release();
    unsubscribe();
  };
}
