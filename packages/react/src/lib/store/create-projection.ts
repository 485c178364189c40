import type { TokenState } from '@realtime-session/core';
import type { UseRealtimeSessionResult, RealtimeSessionActions } from './realtime-session.ts';

/**
 * Shows a manager's states together with actions: the same object for the same state, so that nothing is kept but what the
 * manager says.
 *
 * @param actions - What can be done.
 */
export function createProjection<Params, Session>(
  actions: RealtimeSessionActions<Params, Session>,
): (state: TokenState) => UseRealtimeSessionResult<Params, Session> {
  const shown = new WeakMap<TokenState, UseRealtimeSessionResult<Params, Session>>();
  return (state) => {
    const known = shown.get(state);
    if (known) return known;
    const session = { ...state, ...actions };
    shown.set(state, session);
    return session;
  };
}
