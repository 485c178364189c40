import type { SessionInfo, TokenManager } from '@realtime-session/core';
import type { RealtimeSessionActions } from './realtime-session.ts';

/**
 * Actions that find their manager when they are called, so that they outlive it.
 *
 * @param current - The manager of this moment.
 */
export function createActions<Params, Session = SessionInfo>(
  current: () => TokenManager<Params, Session>,
): RealtimeSessionActions<Params, Session> {
  return {
    getToken: (options) => current().getToken(options),
    peek: () => current().peek(),
    prefetch: () => current().prefetch(),
    invalidate: (token) => current().invalidate(token),
    reset: (params) => current().reset(params),
    withToken: (use, options) => current().withToken(use, options),
    toApiKey: () => async () => (await current().getToken()).value,
  };
}
