import {
  createTokenManager,
  type SessionInfo,
  type TokenManager,
  type TokenState,
} from '@realtime-session/core';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { createActions } from './create-actions.ts';
import { isManager } from './is-manager.ts';
import { toManagerOptions } from './to-manager-options.ts';
import type { RealtimeSession } from './realtime-session.ts';
import type { RealtimeSessionOptions } from './session-options.ts';

/** A zustand store whose state follows a token manager. */
export interface RealtimeSessionStore<Params = unknown, Session = SessionInfo> extends Omit<
  StoreApi<RealtimeSession<Params, Session>>,
  'setState'
> {
  /** The manager behind it. */
  readonly manager: TokenManager<Params, Session>;
}

/**
 * A zustand store for use outside React, or with `useStore`. It shows its manager's state and keeps no truth of its own.
 * While anyone subscribes it holds a lease, so the token is kept fresh.
 *
 * @param source - A manager, which stays yours to dispose; or options, for a manager of the store's own.
 * @throws TokenError `invalid-options` for an option out of its range.
 *
 * @example
 * ```ts
 * const store = createRealtimeSessionStore({ endpoint: '/api/realtime-session' });
 * store.subscribe((session) => console.log(session.status));
 * ```
 */
export function createRealtimeSessionStore<Params = unknown, Session = SessionInfo>(
  source: TokenManager<Params, Session> | RealtimeSessionOptions<Params, Session>,
): RealtimeSessionStore<Params, Session> {
  const manager = isManager(source) ? source : createTokenManager(toManagerOptions(() => source));
  const actions = createActions(() => manager);
  const show = (state: TokenState): RealtimeSession<Params, Session> => ({ ...state, ...actions });
  const initial = show(manager.getInitialState());
  const store = createStore<RealtimeSession<Params, Session>>(() => initial);
  let shown = manager.getInitialState();
  let subscribers = 0;
  let stop = (): void => undefined;

  function follow(): void {
    const state = manager.getState();
    if (state === shown) return;
    shown = state;
    store.setState(show(state), true);
  }

  return {
    manager,
    getInitialState: () => initial,
    getState() {
      // Nobody listens, so nobody has followed: look now.
      if (subscribers === 0) follow();
      return store.getState();
    },
    subscribe(listener) {
      subscribers += 1;
      if (subscribers === 1) stop = listen(manager, follow);
      const off = store.subscribe(listener);
      let leave = (): void => {
        off();
        subscribers -= 1;
        if (subscribers === 0) stop();
      };
      return () => {
        leave();
        leave = () => undefined;
      };
    },
  };
}

function listen<Params, Session>(manager: TokenManager<Params, Session>, follow: () => void): () => void {
  const unsubscribe = manager.subscribe(follow);
  const release = manager.keepFresh();
  follow();
  return () => {
    release();
    unsubscribe();
  };
}
