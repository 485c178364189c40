import type { SessionInfo } from '@realtime-session/core';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { RealtimeSessionSource } from './session-options.ts';
import type { SelectableSession, UseRealtimeSessionResult } from './session-result.ts';
import type { ReadableStore } from './shared-store.ts';
import { useNearestStore } from './use-session-store.ts';

/**
 * Returns a session's token state, and keeps the token fresh while the component is mounted.
 *
 * Components with an equal source share one store: a hundred components make one mint. A `fetchToken` without a `key`
 * belongs to its component alone.
 *
 * @param source - Options, or your own token manager. Default: the nearest provider's session.
 * @returns the token's state, a union on `status`, and functions whose identity never changes. The component re-renders
 * when `status` or a member that it has read changes. It contains no token: see `useRealtimeToken()`.
 * @throws Error without a source outside a provider; TokenError `invalid-options` for an option that is out of range.
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
 * Returns the part of a session that a component reads. The component re-renders only when that part changes.
 *
 * @param source - Options, your own token manager, or `undefined` for the nearest provider's session.
 * @param selector - Picks the part. Objects and arrays are compared by their members. It also receives `peek()`, which
 * returns the token.
 */
export function useRealtimeSession<Selected, Params = unknown, Session = SessionInfo>(
  source: RealtimeSessionSource<Params, Session> | undefined,
  selector: (session: SelectableSession<Params, Session>) => Selected,
): Selected;

export function useRealtimeSession<Params, Session>(
  source?: RealtimeSessionSource<Params, Session>,
  selector?: (session: SelectableSession<Params, Session>) => unknown,
): unknown {
  const store = useNearestStore(source);
  const tracked = useMemo(() => trackReads(store), [store]);
  const select = useShallow((session: UseRealtimeSessionResult<Params, Session>): unknown =>
    selector?.(store.toSelectable(session)),
  );
  // Without a selector the result is not compared by its members: that would read all of them.
  return useStore(selector ? store : tracked, selector ? select : identity);
}

function identity<T>(value: T): T {
  return value;
}

/**
 * A store for one component. Its state changes only when `status` or another member that the component has read changes.
 * Members that were never read always have their latest value, so that no two components on a page disagree.
 */
function trackReads<Params, Session>(store: ReadableStore<Params, Session>): ReadableStore<Params, Session> {
  // Always tracked, because it decides which members exist.
  const readKeys = new Set<PropertyKey>(['status']);
  let current: { result: UseRealtimeSessionResult<Params, Session> } | undefined;
  let proxy: UseRealtimeSessionResult<Params, Session>;

  function track(
    result: UseRealtimeSessionResult<Params, Session>,
  ): UseRealtimeSessionResult<Params, Session> {
    // Each proxy has its own target, so that a replaced proxy keeps its last values.
    const target = (current = { result });
    proxy = new Proxy(result, {
      get(_, key) {
        readKeys.add(key);
        return Reflect.get(target.result, key) as unknown;
      },
    });
    return proxy;
  }

  const isUnchanged = (result: object, next: object): boolean =>
    result === next || [...readKeys].every((key) => Reflect.get(result, key) === Reflect.get(next, key));

  return {
    ...store,
    getInitialState() {
      const initial = store.getInitialState();
      return current?.result === initial ? proxy : track(initial);
    },
    getState() {
      const next = store.getState();
      if (!current || !isUnchanged(current.result, next)) return track(next);
      current.result = next;
      return proxy;
    },
  };
}
