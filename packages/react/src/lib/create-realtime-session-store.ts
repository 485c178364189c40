import {
  createTokenManager,
  type SessionInfo,
  type TokenManager,
  type TokenState,
} from '@realtime-session/core';
import {
  createStore,
  type Mutate,
  type StateCreator,
  type StoreApi,
  type StoreMutatorIdentifier,
} from 'zustand/vanilla';
import { memoizeMerge } from './memoize.ts';
import { isManager, toManagerOptions, type UseRealtimeSessionOptions } from './session-options.ts';
import { createActions, type SelectableSession } from './session-result.ts';
import { addLease } from './shared-store.ts';

/** The type by which zustand describes middleware. */
type Mutators = [StoreMutatorIdentifier, unknown][];

/** A zustand store that follows a token manager. It has no `setState`: only the manager changes the state. */
export type RealtimeSessionStore<
  Params = unknown,
  Session = SessionInfo,
  Middleware extends Mutators = [],
> = Omit<Mutate<StoreApi<SelectableSession<Params, Session>>, Middleware>, 'setState'> & {
  /** The manager behind the store. Dispose it when you no longer need the store. */
  readonly manager: TokenManager<Params, Session>;
};

/**
 * Creates a zustand store for use outside React, or with zustand's `useStore`. It reads its manager's state and keeps no
 * copy. While it has subscribers it holds a lease, so the token is kept fresh.
 *
 * @param source - A manager, or options for one that the store creates.
 * @param middleware - Wraps the state in zustand's middleware. Default none.
 * @throws TokenError `invalid-options` for an option that is out of range.
 *
 * @example
 * ```ts
 * const store = createRealtimeSessionStore({ endpoint: '/api/realtime-session' }, (state) =>
 *   devtools(subscribeWithSelector(state)),
 * );
 * store.subscribe((session) => session.status, console.log);
 * ```
 */
export function createRealtimeSessionStore<
  Params = unknown,
  Session = SessionInfo,
  Middleware extends Mutators = [],
>(
  source: TokenManager<Params, Session> | UseRealtimeSessionOptions<Params, Session>,
  middleware?: (
    state: StateCreator<SelectableSession<Params, Session>>,
  ) => StateCreator<SelectableSession<Params, Session>, [], Middleware>,
): RealtimeSessionStore<Params, Session, Middleware>;

export function createRealtimeSessionStore<Params, Session>(
  source: TokenManager<Params, Session> | UseRealtimeSessionOptions<Params, Session>,
  middleware: (
    state: StateCreator<SelectableSession<Params, Session>>,
  ) => StateCreator<SelectableSession<Params, Session>> = (state) => state,
): RealtimeSessionStore<Params, Session> {
  const manager = isManager(source) ? source : createTokenManager(toManagerOptions(() => source));
  const { setState, ...store } = createStore(middleware(realtimeSessionState(manager)));
  return { ...store, manager };
}

/**
 * Returns the zustand state creator of a session, for a store that you create yourself.
 *
 * Reading the store reads the manager, whatever middleware may have set. While the store has subscribers it holds a
 * lease, and middleware sees every change.
 *
 * @param manager - Your own token manager. Dispose it when you no longer need it.
 *
 * @example
 * ```ts
 * const store = createStore(devtools(subscribeWithSelector(realtimeSessionState(manager))));
 * ```
 */
export function realtimeSessionState<Params = unknown, Session = SessionInfo>(
  manager: TokenManager<Params, Session>,
): StateCreator<SelectableSession<Params, Session>> {
  return (set, _get, api) => {
    const toResult: (state: TokenState) => SelectableSession<Params, Session> = memoizeMerge({
      ...createActions(() => manager),
      peek: () => manager.peek(),
    });
    const initial: SelectableSession<Params, Session> = toResult(manager.getInitialState());
    const { subscribe } = api;
    let lastSet = initial;
    let subscribers = 0;
    let unfollow = (): void => undefined;

    function sync(): void {
      const result = toResult(manager.getState());
      if (result === lastSet) return;
      lastSet = result;
      set(result, true);
    }

    function addSubscriber(): void {
      subscribers += 1;
      if (subscribers > 1) return;
      // Catches up with changes from the time without subscribers.
      sync();
      unfollow = addLease(manager, manager.subscribe(sync));
    }

    function removeSubscriber(): void {
      subscribers -= 1;
      if (subscribers === 0) unfollow();
    }

    api.getState = () => toResult(manager.getState());
    // Middleware that was applied before may take more arguments than a listener.
    api.subscribe = (...args: Parameters<typeof subscribe>) => {
      addSubscriber();
      const unsubscribe = subscribe(...args);
      let isSubscribed = true;
      return () => {
        if (!isSubscribed) return;
        isSubscribed = false;
        unsubscribe();
        removeSubscriber();
      };
    };
    return initial;
  };
}
