import type { TokenManager } from '@realtime-session/core';
import type { StateCreator } from 'zustand/vanilla';
import { createActions } from './create-actions.ts';
import { createProjection } from './create-projection.ts';
import type { ManagerSource } from './manager-source.ts';
import type { UseRealtimeSessionResult } from './realtime-session.ts';
import { subscribeWithLease } from './subscribe-with-lease.ts';

/**
 * The state creator behind every zustand store of a session.
 *
 * @param manager - Is read whenever the store is read, and leased while anyone subscribes.
 * @param source - What made the manager, unless the app did.
 */
export function sessionState<Params, Session>(
  manager: TokenManager<Params, Session>,
  source?: ManagerSource<Params, Session>,
): StateCreator<UseRealtimeSessionResult<Params, Session>> {
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
      stop = subscribeWithLease(manager, follow, source);
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
