import { createTokenManager, type SessionInfo, type TokenManager } from '@realtime-session/core';
import {
  createStore,
  type Mutate,
  type StateCreator,
  type StoreApi,
  type StoreMutatorIdentifier,
} from 'zustand/vanilla';
import { isManager } from './is-manager.ts';
import type { ManagerSource } from './manager-source.ts';
import type { UseRealtimeSessionResult } from './realtime-session.ts';
import { sessionState } from './session-state.ts';
import type { UseRealtimeSessionOptions } from './session-options.ts';
import { toManagerOptions } from './to-manager-options.ts';

/** What zustand's types call middleware that was put around a state. */
type Mutators = [StoreMutatorIdentifier, unknown][];

/** A zustand store whose state follows a token manager. It has no `setState`: the manager is the only truth. */
export type RealtimeSessionStore<
  Params = unknown,
  Session = SessionInfo,
  Middleware extends Mutators = [],
> = Omit<Mutate<StoreApi<UseRealtimeSessionResult<Params, Session>>, Middleware>, 'setState'> & {
  /** The manager behind it. Dispose it when the store is no longer needed. */
  readonly manager: TokenManager<Params, Session>;
};

/**
 * A zustand store for use outside React, or with zustand's `useStore`. It shows its manager's state and keeps no truth of
 * its own. While anyone subscribes it holds a lease, so the token is kept fresh.
 *
 * @param source - A manager, or options for one of the store's own.
 * @param middleware - Puts zustand's middleware around the state. Default none.
 * @throws TokenError `invalid-options` for an option out of its range.
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
    state: StateCreator<UseRealtimeSessionResult<Params, Session>>,
  ) => StateCreator<UseRealtimeSessionResult<Params, Session>, [], Middleware>,
): RealtimeSessionStore<Params, Session, Middleware>;

export function createRealtimeSessionStore<Params, Session>(
  source: TokenManager<Params, Session> | UseRealtimeSessionOptions<Params, Session>,
  middleware: (
    state: StateCreator<UseRealtimeSessionResult<Params, Session>>,
  ) => StateCreator<UseRealtimeSessionResult<Params, Session>> = (state) => state,
): RealtimeSessionStore<Params, Session> {
  const { manager, made } = isManager(source) ? { manager: source, made: undefined } : makeManager(source);
  const { setState, ...store } = createStore(middleware(sessionState(manager, made)));
  return { ...store, manager };
}

interface Made<Params, Session> {
  readonly manager: TokenManager<Params, Session>;
  readonly made?: ManagerSource<Params, Session>;
}

function makeManager<Params, Session>(
  options: UseRealtimeSessionOptions<Params, Session>,
): Made<Params, Session> {
  const made = { options: () => options };
  return { manager: createTokenManager(toManagerOptions(made)), made };
}
