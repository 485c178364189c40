import type { RealtimeConnectionOptions, TokenSource } from '@realtime-session/webrtc';
import { useEffect, useInsertionEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { UseRealtimeConnectionResult } from './connection-view.ts';
import { createLatestConnection } from './create-latest-connection.ts';

/**
 * One voice connection for this component. It never connects by itself, and ends when the component goes away, is hidden, or
 * gets another source of tokens. Two components have two.
 *
 * @param tokens - A token manager, or what `useRealtimeSession()` answers.
 * @param options - As for `createRealtimeConnection()`. They may be made anew at every render; the latest count.
 * @returns the connection's state, a union on `status`, and functions whose identity never changes.
 *
 * @example
 * ```tsx
 * const session = useRealtimeSession({ endpoint: '/api/realtime-session' });
 * const { status, connect, close } = useRealtimeConnection(session);
 * ```
 */
export function useRealtimeConnection(
  tokens: TokenSource,
  options?: RealtimeConnectionOptions,
): UseRealtimeConnectionResult;

/**
 * The part of a connection a component reads: it renders again only when that part changes.
 *
 * @param tokens - A token manager, or what `useRealtimeSession()` answers.
 * @param options - As for `createRealtimeConnection()`, or `undefined`.
 * @param selector - Picks the part. Objects and arrays it makes are compared by their members.
 */
export function useRealtimeConnection<Selected>(
  tokens: TokenSource,
  options: RealtimeConnectionOptions | undefined,
  selector: (connection: UseRealtimeConnectionResult) => Selected,
): Selected;

export function useRealtimeConnection(
  tokens: TokenSource,
  options: RealtimeConnectionOptions = {},
  selector: (connection: UseRealtimeConnectionResult) => unknown = everything,
): unknown {
  const [{ update, close, ...store }] = useState(() => createLatestConnection(tokens, options));
  // Before any effect of any component can connect.
  useInsertionEffect(() => update(tokens, options));
  // A manager's and a session's functions never change: another one is another session's, maybe another user's.
  useEffect(() => close, [close, tokens.withToken]);
  return useStore(store, useShallow(selector));
}

function everything<T>(connection: T): T {
  return connection;
}
