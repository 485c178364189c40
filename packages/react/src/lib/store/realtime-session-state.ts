import type { SessionInfo, TokenManager } from '@realtime-session/core';
import type { StateCreator } from 'zustand/vanilla';
import { createActions } from './create-actions.ts';
import { createProjection } from './create-projection.ts';
import type { RealtimeSession } from './realtime-session.ts';
import { subscribeWithLease } from './subscribe-with-lease.ts';

/**
 * The state creator of a session, for a zustand store with middleware around it.
 *
 * The manager stays the only truth: reading the store reads the manager, whatever a tool may have set. While anyone
 * subscribes, the store holds a lease and middleware sees every change.
 *
 * @param manager - Stays yours to dispose.
 *
 * @example
 * ```ts
 * const store = createStore(devtools(subscribeWithSelector(realtimeSessionState(manager))));
 * ```
 */
export function realtimeSessionState<Params = unknown, Session = SessionInfo>(
  manager: TokenManager<Params, Session>,
): StateCreator<RealtimeSession<Params, Session>> {
  return (set, _get, api) => {
    const show = createProjection(createActions(() => manager));
    const initial = show(manager.getInitialState());
    const { subscribe } = api;
    let told = initial;
    let subscribers = 0;
    let stop = (): void => undefined;

    function follow(): void {
      const session = show(manager.getState());
      if (session === told) return;
      told = session;
      set(session, true);
    }

    function arrive(): void {
      subscribers += 1;
      if (subscribers > 1) return;
      // What changed while nobody listened is caught up with before anyone does.
      follow();
      stop = subscribeWithLease(manager, follow);
    }

    api.getState = () => show(manager.getState());
    // Middleware that came first may take more arguments than a listener.
    api.subscribe = (...wish: Parameters<typeof subscribe>) => {
      arrive();
      const off = subscribe(...wish);
      let leave = (): void => {
        off();
        subscribers -= 1;
        if (subscribers === 0) stop();
      };
      return () => {
        leave();
        leave = () => undefined;
      };
    };
    return initial;
  };
}
