import type { EphemeralToken, SessionInfo } from '@realtime-session/core';
import { useStore } from 'zustand';
import type { RealtimeSessionSource } from './session-options.ts';
import { useNearestStore } from './use-session-store.ts';

/**
 * Returns a session's current token, for a component that renders it or passes it on, and keeps it fresh while the component
 * is mounted. To open a call, prefer `getToken()` of `useRealtimeSession()`: it waits for a token that is fresh enough.
 *
 * @param source - Options, or your own token manager. Default: the nearest provider's session.
 * @returns the token; `undefined` while there is no usable one, and for tokens that can be used only once. The component
 * re-renders when the token changes. Never write `token.value` into the page.
 * @throws Error without a source outside a provider; TokenError `invalid-options` for an option that is out of range.
 *
 * @example
 * ```tsx
 * const token = useRealtimeToken({ endpoint: '/api/realtime-session' });
 * ```
 */
export function useRealtimeToken<Params = unknown, Session = SessionInfo>(
  source?: RealtimeSessionSource<Params, Session>,
): EphemeralToken<Session> | undefined {
  const store = useNearestStore(source);
  return useStore(store, store.getToken);
}
