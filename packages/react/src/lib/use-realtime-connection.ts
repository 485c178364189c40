import type { SessionInfo } from '@realtime-session/core';
import {
  callRoute,
  type CallRoute,
  type RealtimeConnectionOptions,
  type TokenSource,
} from '@realtime-session/webrtc';
import { useEffect, useInsertionEffect, useLayoutEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import {
  createConnectionStore,
  type CallOrigin,
  type UseRealtimeConnectionResult,
} from './connection-store.ts';
import { pageConnections } from './page-connections.ts';
import { isServer } from './runtime.ts';
import type { UseRealtimeSessionOptions } from './session-options.ts';
import { useStoreInScope } from './use-session-store.ts';

/** Gets calls from your call route, which creates each call, limits it and ends it. */
export interface RouteConnectionOptions {
  /**
   * The address of the call route, or `callRoute(url, options)` with headers, credentials or session parameters. It may be
   * created in render: calls are compared by the address, and the latest options are used.
   */
  readonly route: string | CallRoute;
  /**
   * **Put the signed-in user's id here** if users can change without a page load: when it changes, the call ends. React's
   * own `key` does not reach a hook. Default none.
   */
  readonly key?: string | undefined;
}

/**
 * Where a connection gets its calls: from a call route; or with tokens, from a mint route or a fetcher, as in
 * `useRealtimeSession()`, from the result of `useRealtimeSession()`, or from your own token manager.
 */
export type RealtimeConnectionSource<Params = unknown, Session = SessionInfo> =
  UseRealtimeSessionOptions<Params, Session> | RouteConnectionOptions | TokenSource;

/** React 18 warns about layout effects that a server renders. There, no effect runs. */
const useLayoutEffectInBrowser = isServer() ? useEffect : useLayoutEffect;

/**
 * Returns one voice connection for this component. It never connects by itself. It ends when the component unmounts, is
 * hidden, or gets another source. Two components have two connections.
 *
 * With options such as `{ endpoint }`, the component uses the session that `useRealtimeSession()` returns for equal
 * options, and keeps its token fresh while it is mounted, so that a click connects without waiting for a token. Put the
 * signed-in user into `params` or `key`: when the user changes, the call ends, and the next one uses the new user's token.
 *
 * With `{ route }`, your server creates the call: the state has `endsAtMs` and `budgetLeft`, and a call that the server ends
 * fails with `call-ended` and a `reason`. If the route creates Live sessions, `api` is `live`.
 *
 * @param source - `{ endpoint }` or other options of `useRealtimeSession()`, its result, a token manager, or `{ route }` of a
 * call route. Default: the nearest provider's session.
 * @param options - As for `createRealtimeConnection()`. They may be inline; the latest ones are used.
 * @returns the connection's state, a union on `status`, and functions whose identity never changes.
 * @throws Error without a source outside a provider; TokenError `invalid-options` for a session option that is out of range;
 * TypeError for an option of the connection that is out of range or of the wrong type when the component mounts.
 *
 * @example
 * ```tsx
 * const { status, connect, close } = useRealtimeConnection({ endpoint: '/api/realtime-session', key: user.id });
 * const limited = useRealtimeConnection({ route: '/api/call', key: user.id });
 * ```
 */
export function useRealtimeConnection<Params = unknown, Session = SessionInfo>(
  source?: RealtimeConnectionSource<Params, Session>,
  options?: RealtimeConnectionOptions,
): UseRealtimeConnectionResult;

/**
 * Returns the part of a connection that a component reads. The component re-renders only when that part changes.
 *
 * @param source - `{ endpoint }` or other options of `useRealtimeSession()`, its result, a token manager, `{ route }`, or
 * `undefined` for the nearest provider's session.
 * @param options - As for `createRealtimeConnection()`, or `undefined`.
 * @param selector - Picks the part. Objects and arrays are compared by their members.
 */
export function useRealtimeConnection<Selected, Params = unknown, Session = SessionInfo>(
  source: RealtimeConnectionSource<Params, Session> | undefined,
  options: RealtimeConnectionOptions | undefined,
  selector: (connection: UseRealtimeConnectionResult) => Selected,
): Selected;

export function useRealtimeConnection<Params, Session>(
  source?: RealtimeConnectionSource<Params, Session>,
  options: RealtimeConnectionOptions = {},
  selector: (connection: UseRealtimeConnectionResult) => unknown = identity,
): unknown {
  const origin = useCallOrigin(source);
  const [store] = useState(() => createConnectionStore(origin, options));
  // Insertion effects run before any effect that could connect or send.
  useInsertionEffect(() => store.update(origin, options));
  useLayoutEffectInBrowser(() => store.closeOutdated());
  // A Suspense fallback runs the cleanup of layout effects only, and must not end the call.
  useLayoutEffectInBrowser(() => store.attach(), [store]);
  useEffect(() => {
    pageConnections.add(store);
    return () => {
      pageConnections.delete(store);
      store.detach();
    };
  }, [store]);
  return useStore(store, useShallow(selector));
}

/** Returns a route or a token source. For options it is the session, whose token is then kept fresh. */
function useCallOrigin<Params, Session>(
  source: RealtimeConnectionSource<Params, Session> | undefined,
): CallOrigin {
  const options = isSessionOptions(source) ? source : undefined;
  const nearest = useStoreInScope(options);
  const store = options === source ? nearest : undefined;
  useEffect(() => store?.subscribe(() => undefined), [store]);
  if (source && 'route' in source) return toRouteOrigin(source);
  const tokens = source && 'withToken' in source ? source : store?.actions;
  // It never changes for a session or a manager. Another one belongs to another session, maybe of another user.
  if (tokens) return { source: tokens, identity: tokens.withToken };
  throw new Error('useRealtimeConnection() needs options, or a <RealtimeSessionProvider> above it.');
}

function isSessionOptions<Params, Session>(
  source: RealtimeConnectionSource<Params, Session> | undefined,
): source is UseRealtimeSessionOptions<Params, Session> {
  return source !== undefined && !('withToken' in source) && !('route' in source);
}

function toRouteOrigin({ route, key }: RouteConnectionOptions): CallOrigin {
  const source = typeof route === 'string' ? callRoute(route) : route;
  return { source, identity: JSON.stringify([source.url, key]) };
}

function identity<T>(value: T): T {
  return value;
}
