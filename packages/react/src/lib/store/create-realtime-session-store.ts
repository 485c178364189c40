import { createTokenManager, type SessionInfo, type TokenManager } from '@realtime-session/core';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { isManager } from './is-manager.ts';
import type { RealtimeSession } from './realtime-session.ts';
import { realtimeSessionState } from './realtime-session-state.ts';
import type { RealtimeSessionOptions } from './session-options.ts';
import { toManagerOptions } from './to-manager-options.ts';

/** A zustand store whose state follows a token manager. It has no `setState`: the manager is the only truth. */
export interface RealtimeSessionStore<Params = unknown, Session = SessionInfo> extends Omit<
  StoreApi<RealtimeSession<Params, Session>>,
  'setState'
> {
  /** The manager behind it. Dispose it when the store is no longer needed. */
  readonly manager: TokenManager<Params, Session>;
}

/**
 * A zustand store for use outside React, or with zustand's `useStore`. It shows its manager's state and keeps no truth of
 * its own. While anyone subscribes it holds a lease, so the token is kept fresh.
 *
 * @param source - A manager, or options for one of the store's own.
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
  const { getState, getInitialState, subscribe } = createStore(realtimeSessionState(manager));
  return { manager, getState, getInitialState, subscribe };
}
