import type { SessionInfo, TokenManager } from '@realtime-session/core';
import type { StateCreator } from 'zustand/vanilla';
import type { UseRealtimeSessionResult } from './realtime-session.ts';
import { sessionState } from './session-state.ts';

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
): StateCreator<UseRealtimeSessionResult<Params, Session>> {
  return sessionState(manager);
}
