import type { SessionInfo } from '@realtime-session/core';
import { useContext, useMemo } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { SessionContext } from '../provider/session-context.ts';
import { pageRegistry } from '../store/page-registry.ts';
import type { UseRealtimeSessionResult } from '../store/realtime-session.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { trackReads } from '../store/track-reads.ts';
import { useSessionStore, type RealtimeSessionSource } from './use-session-store.ts';

/**
 * A session's token, kept fresh while a component that uses this hook is mounted.
 *
 * The same source gives the same store to every component, compared by value: a hundred components make one mint. A
 * `fetchToken` without a `key` belongs to its component alone.
 *
 * @param source - Options, or a manager of your own. Default: the nearest provider's session.
 * @returns the token's state, a union on `status`, and functions whose identity never changes. The component renders again
 * when `status` or a member it has read changes; reading `peek` stands for all of them.
 * @throws Error without a source outside a provider; TokenError `invalid-options` for an option out of its range.
 *
 * @example
 * ```tsx
 * const { status, getToken } = useRealtimeSession({ endpoint: '/api/realtime-session' });
 * ```
 */
export function useRealtimeSession<Params = unknown, Session = SessionInfo>(
  source?: RealtimeSessionSource<Params, Session>,
): UseRealtimeSessionResult<Params, Session>;

/**
 * The part of a session a component reads: it renders again only when that part changes.
 *
 * @param source - Options, a manager of your own, or `undefined` for the nearest provider's session.
 * @param selector - Picks the part. Objects and arrays it makes are compared by their members.
 */
export function useRealtimeSession<Selected, Params = unknown, Session = SessionInfo>(
  source: RealtimeSessionSource<Params, Session> | undefined,
  selector: (session: UseRealtimeSessionResult<Params, Session>) => Selected,
): Selected;

export function useRealtimeSession<Params, Session>(
  source?: RealtimeSessionSource<Params, Session>,
  selector?: (session: UseRealtimeSessionResult<Params, Session>) => unknown,
): unknown {
  const store = useNearestStore(source);
  const tracked = useMemo(() => trackReads(store), [store]);
  const select = useShallow(selector ?? everything<UseRealtimeSessionResult<Params, Session>>);
  // Comparing everything would read everything.
  return useStore(selector ? store : tracked, selector ? select : everything);
}

/**
 * The store a source means, or the nearest provider's.
 *
 * @param source - A manager, options, or nothing.
 * @throws Error without a source outside a provider.
 */
export function useNearestStore<Params, Session>(
  source: RealtimeSessionSource<Params, Session> | undefined,
): SharedStore<Params, Session> {
  const scope = useContext(SessionContext);
  const named = useSessionStore(source, scope?.registry ?? pageRegistry());
  // A provider's params and session are whatever the app gave it; nobody can know them here.
  const store = named ?? (scope?.store as SharedStore<Params, Session> | undefined);
  if (store) return store;
  throw new Error('useRealtimeSession() needs options, or a <RealtimeSessionProvider> above it.');
}

function everything<T>(session: T): T {
  return session;
}
